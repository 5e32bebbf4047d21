package dev.slicer.evaluator.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.kafka.testing.SampleEvents;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;

class JoinStoresTest {
    private static final GoldDocument GOLD =
            new GoldRules(Set.of(), Set.of(), false).read(SampleEvents.wordsWithTags());

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();

    @Test
    void shouldGoOnWithoutWhatAStoreGivesBackAndCannotBeRead() {
        // Given: what another version wrote, or nobody knows who
        for (StoreBuilder<?> builder : JoinStores.builders(false)) {
            StateStore store = builder.withLoggingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            context.addStateStore(store);
        }
        JoinStores.of(context, new PassedOver(registry)).put(GOLD, 1);
        KeyValueStore<String, byte[]> gold = context.getStateStore("gold");
        gold.put("cut off", bytes("{\"since\":1,"));
        gold.put("without gold", bytes("{\"since\":1}"));
        gold.put("without words", bytes("{\"since\":1,\"gold\":{\"documentId\":\"a\"}}"));
        context.<KeyValueStore<String, byte[]>>getStateStore("early").put("of another form", bytes("[]"));

        // When
        JoinStores stores = JoinStores.of(context, new PassedOver(registry));

        // Then
        List<GoldDocument> found = new ArrayList<>();
        stores.forEachGold(found::add);
        assertThat(found).containsExactly(GOLD);
        assertThat(gold.get("cut off")).isNull();
        assertThat(gold.get("without gold")).isNull();
        assertThat(registry.find("slicer.passed.over.records").tag("topic", "gold").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .isEqualTo(3);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
