package dev.slicer.evaluator.gold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.metrics.MatchCounts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatchesTest {
    /** nervaluate computes F1 from the rounded precision and recall; ours comes from the counts. */
    private static final Offset<Double> LAST_BITS = within(1e-12);

    @ParameterizedTest
    @ValueSource(strings = {"tags", "spans"})
    void shouldAgreeWithNervaluateOnRandomDocuments(String kind) throws IOException {
        // Given: written by src/test/python/nervaluate_golden.py with nervaluate 1.2.1
        JsonNode cases = golden().get(kind);
        Function<JsonNode, List<Span>> spans = kind.equals("tags") ? MatchesTest::ofTags : MatchesTest::ofSpans;
        assertThat(cases).hasSizeGreaterThanOrEqualTo(300);

        for (JsonNode expected : cases) {
            // When
            Map<MatchSchema, MatchCounts> total = new EnumMap<>(MatchSchema.class);
            for (int i = 0; i < expected.get("gold").size(); i++) {
                Matches.of(
                                spans.apply(expected.get("gold").get(i)),
                                spans.apply(expected.get("predicted").get(i)))
                        .forEach((schema, counts) -> total.merge(schema, counts, MatchCounts::plus));
            }

            // Then
            assertThat(total).hasSize(4);
            total.forEach((schema, counts) -> assertMatches(counts, expected.at("/matches/" + schema.label())));
        }
    }

    @Test
    void shouldTellTheSchemasApart() {
        // Given: right, right place but another type, right type but a word too long, another type and a word too long
        List<Span> gold = List.of(span("PER", 0, 2), span("LOC", 3, 4), span("ORG", 5, 6), span("LOC", 8, 9));
        List<Span> predicted = List.of(
                span("PER", 0, 2), span("ORG", 3, 4), span("ORG", 5, 7), span("PER", 8, 10), span("PER", 20, 21));

        // When
        Map<MatchSchema, MatchCounts> matches = Matches.of(gold, predicted);

        // Then
        assertThat(matches)
                .containsEntry(MatchSchema.STRICT, new MatchCounts(1, 3, 0, 0, 1))
                .containsEntry(MatchSchema.EXACT, new MatchCounts(2, 2, 0, 0, 1))
                .containsEntry(MatchSchema.PARTIAL, new MatchCounts(2, 0, 2, 0, 1))
                .containsEntry(MatchSchema.ENT_TYPE, new MatchCounts(2, 2, 0, 0, 1));
    }

    @Test
    void shouldCountAPartialMatchHalf() {
        MatchCounts counts = new MatchCounts(2, 0, 2, 0, 1);

        assertThat(counts.precision()).isEqualTo(3.0 / 5);
        assertThat(counts.recall()).isEqualTo(3.0 / 4);
        assertThat(counts.f1()).isEqualTo(2.0 / 3, LAST_BITS);
    }

    @Test
    void shouldBeZeroWhereThereIsNothing() {
        assertThat(Matches.of(List.of(), List.of()))
                .hasSize(4)
                .allSatisfy((schema, counts) -> assertThat(counts).isEqualTo(MatchCounts.NONE));
        assertThat(MatchCounts.NONE.precision()).isZero();
        assertThat(MatchCounts.NONE.recall()).isZero();
        assertThat(MatchCounts.NONE.f1()).isZero();
    }

    @Property
    void shouldPlaceEachEntityOnceAndBeStrictestUnderStrict(
            @ForAll("tags") List<String> goldTags, @ForAll("tags") List<String> predictedTags) {
        // Given
        List<Span> gold = Spans.ofStrictIob2(goldTags);
        List<Span> predicted = Spans.ofStrictIob2(predictedTags);

        // When
        Map<MatchSchema, MatchCounts> matches = Matches.of(gold, predicted);

        // Then
        assertThat(matches.values()).allSatisfy(counts -> {
            assertThat(counts.possible()).isEqualTo(gold.size());
            assertThat(counts.actual()).isEqualTo(predicted.size());
        });
        long strict = matches.get(MatchSchema.STRICT).correct();
        assertThat(strict).isEqualTo(predicted.stream().filter(gold::contains).count());
        assertThat(matches.get(MatchSchema.EXACT).correct()).isGreaterThanOrEqualTo(strict);
        assertThat(matches.get(MatchSchema.PARTIAL).correct())
                .isEqualTo(matches.get(MatchSchema.EXACT).correct());
    }

    @Provide
    Arbitrary<List<String>> tags() {
        return Arbitraries.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC").list().ofMaxSize(12);
    }

    private static JsonNode golden() throws IOException {
        try (InputStream golden = MatchesTest.class.getResourceAsStream("nervaluate-golden.json")) {
            return new ObjectMapper().readTree(golden);
        }
    }

    private static List<Span> ofTags(JsonNode tags) {
        return Spans.ofStrictIob2(List.of(tags.asText().split(" ")));
    }

    private static List<Span> ofSpans(JsonNode spans) {
        List<Span> found = new ArrayList<>();
        spans.forEach(span -> found.add(
                span(span.get(0).asText(), span.get(1).asInt(), span.get(2).asInt())));
        return found;
    }

    private static Span span(String type, int start, int end) {
        return new Span(type, start, end);
    }

    private static void assertMatches(MatchCounts actual, JsonNode expected) {
        assertThat(actual)
                .isEqualTo(new MatchCounts(
                        expected.get(0).asLong(),
                        expected.get(1).asLong(),
                        expected.get(2).asLong(),
                        expected.get(3).asLong(),
                        expected.get(4).asLong()));
        assertThat(actual.precision()).isEqualTo(expected.get(5).asDouble());
        assertThat(actual.recall()).isEqualTo(expected.get(6).asDouble());
        assertThat(actual.f1()).isEqualTo(expected.get(7).asDouble(), LAST_BITS);
    }
}
