package dev.slicer.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SpansTest {

    @Test
    void shouldDropOrphanInsideTagsWhenReadStrictly() {
        List<String> tags = List.of("I-PER", "O", "B-LOC", "I-LOC", "I-PER", "B-PER");

        assertThat(Spans.ofStrictIob2(tags)).containsExactly(new Span("LOC", 2, 4), new Span("PER", 5, 6));
    }

    @Test
    void shouldOpenEntityAtOrphanInsideTagWhenReadAsConlleval() {
        List<String> tags = List.of("I-PER", "O", "B-LOC", "I-LOC", "I-PER", "B-PER");

        assertThat(Spans.ofConlleval(tags))
                .containsExactly(
                        new Span("PER", 0, 1), new Span("LOC", 2, 4), new Span("PER", 4, 5), new Span("PER", 5, 6));
    }

    @Test
    void shouldRejectSpansThatOverlapOrLeaveTheSentence() {
        assertThatThrownBy(() -> Spans.toIob2(List.of(new Span("PER", 0, 2), new Span("LOC", 1, 3)), 3))
                .hasMessageContaining("overlaps another span");
        assertThatThrownBy(() -> Spans.toIob2(List.of(new Span("PER", 1, 3)), 2))
                .hasMessageContaining("ends after word 2");
    }

    @Test
    void shouldTakeSilentWordsOffTheBordersOfEntities() {
        // Given: 0, 2, 4 and 6 say nothing
        List<String> tags = List.of("B-PER", "I-PER", "I-PER", "I-PER", "I-PER", "O", "B-LOC", "I-ORG");

        // When / Then
        assertThat(Spans.withoutSilentBorders(tags, word -> word % 2 == 0))
                .containsExactly("O", "B-PER", "I-PER", "I-PER", "O", "O", "O", "I-ORG");
        assertThat(Spans.withoutSilentBorders(tags, word -> false)).isEqualTo(tags);
    }

    @Property
    void shouldKeepSpansThroughTags(@ForAll("tags") List<String> tags) {
        // Given
        List<Span> spans = Spans.ofConlleval(tags);

        // When
        List<String> iob2 = Spans.toIob2(spans, tags.size());

        // Then
        assertThat(Spans.ofStrictIob2(iob2)).isEqualTo(spans);
        assertThat(Spans.ofConlleval(iob2)).isEqualTo(spans);
        assertThat(TagScheme.IOB2.toIob2(tags)).isEqualTo(iob2);
    }

    @Property
    void shouldKeepSpansThroughEveryScheme(@ForAll("tags") List<String> tags) {
        // Given
        List<Span> spans = Spans.ofConlleval(tags);
        List<String> iob2 = Spans.toIob2(spans, tags.size());

        // When
        List<String> bilou = new ArrayList<>(iob2);
        List<String> bioes = new ArrayList<>(iob2);
        for (Span span : spans) {
            boolean single = span.end() - span.start() == 1;
            bilou.set(span.end() - 1, (single ? "U-" : "L-") + span.type());
            bioes.set(span.end() - 1, (single ? "S-" : "E-") + span.type());
        }

        // Then
        assertThat(TagScheme.BILOU.toIob2(bilou)).isEqualTo(iob2);
        assertThat(TagScheme.BILOU.toIob2(bioes)).isEqualTo(iob2);
    }

    @Provide
    Arbitrary<List<String>> tags() {
        return Arbitraries.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC").list().ofMaxSize(12);
    }
}
