package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.encoder.EncoderConfig;
import dev.slicer.huggingface.PublishedCheckpoint;
import dev.slicer.huggingface.PublishedCheckpoint.Found;
import dev.slicer.labels.LabelSet;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Aggregation of sub-tokens to words, which must not break words. */
class WordScoresTest {
    private static final Map<String, Function<float[][], float[]>> STRATEGIES =
            Map.of("FIRST", WordScores::first, "AVERAGE", WordScores::average, "MAX", WordScores::max);

    @ParameterizedTest
    @ValueSource(strings = {"bert", "bert-uncased", "xlm-roberta", "roberta"})
    void shouldFindTheEntitiesOfHuggingFacesPipelineByEachAggregationStrategy(String name) {
        // Given
        PublishedCheckpoint checkpoint = PublishedCheckpoint.of(name);
        LabelSet labels = EncoderConfig.read(checkpoint.model()).labels().orElseThrow();
        Iob2Viterbi decoder = new Iob2Viterbi(labels);

        for (PublishedCheckpoint.Sentence sentence : checkpoint.sentences()) {
            STRATEGIES.forEach((strategy, wordScores) -> {
                // When
                float[][] rows = sentence.rowsOfWords().stream().map(wordScores).toArray(float[][]::new);
                Labelling labelling = decoder.greedy(rows);

                // Then
                List<Found> expected = sentence.entities().get(strategy);
                List<Span> spans = Spans.ofStrictIob2(labelling.tags());
                assertThat(spans)
                        .as("%s of %s", strategy, sentence.words())
                        .isEqualTo(expected.stream()
                                .map(found -> new Span(found.type(), found.firstWord(), found.endWord()))
                                .toList());
                for (int i = 0; i < spans.size(); i++) {
                    assertThat(labelling.score(spans.get(i)))
                            .isCloseTo(expected.get(i).score(), within(1e-4));
                }
            });
        }
    }

    @Test
    void shouldTakeTheFirstSubTokenWithTheHighestProbabilityAmongEquals() {
        float[] first = {-0.1f, -3};
        float[] second = {-3, -0.1f};

        assertThat(WordScores.max(new float[][] {first, second})).isSameAs(first);
        assertThat(WordScores.max(new float[][] {{-1, -1}, second, first})).isSameAs(second);
    }

    @Test
    void shouldAverageProbabilitiesAndNotTheirLogarithms() {
        float[][] subTokens = {{(float) Math.log(0.9), (float) Math.log(0.1)}, {Float.NEGATIVE_INFINITY, 0}};

        float[] row = WordScores.average(subTokens);

        assertThat(Math.exp(row[0])).isCloseTo(0.45, within(1e-6));
        assertThat(Math.exp(row[1])).isCloseTo(0.55, within(1e-6));
    }

    @Test
    void shouldSayNothingOfWordsWithoutSubTokens() {
        STRATEGIES
                .values()
                .forEach(strategy -> assertThat(strategy.apply(new float[0][])).isEmpty());
    }
}
