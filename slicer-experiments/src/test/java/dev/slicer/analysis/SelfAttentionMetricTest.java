package dev.slicer.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelfAttentionMetricTest {
    @Test
    void shouldWriteOneGaugeForEachModelAndLayer() {
        // Given
        Map<String, SelfAttentionShares> shares = new LinkedHashMap<>();
        shares.put("mbert", new SelfAttentionShares(List.of(0.125, 0.0625), 10, 2));
        shares.put("a \"quoted\"\n\\name", new SelfAttentionShares(List.of(1e-5), 10, 2));

        // When
        String text = SelfAttentionMetric.exposition(shares);

        // Then
        assertThat(text).isEqualTo("""
                # HELP slicer_self_attention_share Share of its attention that a token puts on itself, mean over heads \
                and tokens, by layer
                # TYPE slicer_self_attention_share gauge
                slicer_self_attention_share{model="mbert",layer="1"} 0.125
                slicer_self_attention_share{model="mbert",layer="2"} 0.0625
                slicer_self_attention_share{model="a \\"quoted\\"\\n\\\\name",layer="1"} 1.0E-5
                """);
    }
}
