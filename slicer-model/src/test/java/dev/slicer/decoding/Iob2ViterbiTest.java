package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.labels.LabelSet;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class Iob2ViterbiTest {
    private static final LabelSet PER_LOC = LabelSet.ofTypes(List.of("PER", "LOC"));

    @Test
    void shouldPreferValidSequenceOverBestSingleLabels() {
        // Given: I-PER is best for the second word, but as a whole B-PER I-PER (0.4 * 0.5) beats O O (0.45 * 0.3)
        float[][] rows = {logs(0.45, 0.4, 0.05, 0.05, 0.05), logs(0.3, 0.1, 0.5, 0.05, 0.05)};

        // When
        Labelling labelling = new Iob2Viterbi(PER_LOC).decode(rows);

        // Then
        assertThat(labelling.tags()).containsExactly("B-PER", "I-PER");
        assertThat(labelling.probabilities()).containsExactly(new double[] {0.4, 0.5}, within(1e-6));
    }

    @Test
    void shouldOpenEntityWhereGreedyLabelsContinueNothing() {
        float[][] rows = {logs(0.45, 0.4, 0.05, 0.05, 0.05), logs(0.3, 0.1, 0.5, 0.05, 0.05)};

        Labelling labelling = new Iob2Viterbi(PER_LOC).greedy(rows);

        assertThat(labelling.tags()).containsExactly("O", "B-PER");
        assertThat(labelling.probabilities()).containsExactly(new double[] {0.45, 0.5}, within(1e-6));
    }

    @Test
    void shouldGiveWordsWithoutScoresTheTagOfTheEntityAroundThem() {
        // Given: silent words before, inside, between and behind entities, several in a row
        float[] begin = logs(0.01, 0.96, 0.01, 0.01, 0.01);
        float[] inside = logs(0.01, 0.01, 0.96, 0.01, 0.01);
        float[][] rows = {{}, begin, {}, {}, inside, {}, begin, {}};

        // When
        Labelling decoded = new Iob2Viterbi(PER_LOC).decode(rows);
        Labelling greedy = new Iob2Viterbi(PER_LOC).greedy(rows);

        // Then
        assertThat(decoded.tags()).containsExactly("O", "B-PER", "I-PER", "I-PER", "I-PER", "O", "B-PER", "O");
        assertThat(greedy.tags()).isEqualTo(decoded.tags());
        assertThat(decoded.score(new Span("PER", 1, 5)))
                .as("silent words have no say")
                .isEqualTo(0.96, within(1e-6));
    }

    @Test
    void shouldFindNothingWhereTheModelSaidNothing() {
        assertThat(new Iob2Viterbi(PER_LOC).decode(new float[][] {{}, {}}).tags())
                .containsExactly("O", "O");
    }

    @Property
    void shouldDecodeTheOthersAsIfWordsWithoutScoresWereNotThere(
            @ForAll("labelSets") LabelSet labels,
            @ForAll List<@IntRange(max = 2) Integer> silentBefore,
            @ForAll long seed) {
        // Given
        float[][] rows = rows(labels.size(), silentBefore.size(), new Random(seed));
        List<float[]> withSilent = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        for (int word = 0; word < rows.length; word++) {
            withSilent.addAll(Collections.nCopies(silentBefore.get(word), new float[0]));
            places.add(withSilent.size());
            withSilent.add(rows[word]);
        }
        Iob2Viterbi viterbi = new Iob2Viterbi(labels);

        // When
        Labelling without = viterbi.decode(rows);
        Labelling with = viterbi.decode(withSilent.toArray(float[][]::new));

        // Then
        assertThat(places.stream().map(with.tags()::get)).isEqualTo(without.tags());
        assertThat(Spans.ofStrictIob2(with.tags()))
                .extracting(
                        span -> new Span(span.type(), places.indexOf(span.start()), places.indexOf(span.end() - 1) + 1))
                .isEqualTo(Spans.ofStrictIob2(without.tags()));
    }

    @Test
    void shouldReadRunsOfLabelsWithoutPrefixOrWithoutBegin() {
        float[] outside = logs(0.8, 0.1, 0.1);
        float[] person = logs(0.1, 0.8, 0.1);
        float[] place = logs(0.1, 0.1, 0.8);
        float[][] rows = {person, person, place, outside, place};

        assertThat(new Iob2Viterbi(new LabelSet(List.of("O", "PER", "LOC")))
                        .decode(rows)
                        .tags())
                .containsExactly("B-PER", "I-PER", "B-LOC", "O", "B-LOC");
        assertThat(new Iob2Viterbi(new LabelSet(List.of("O", "I-PER", "I-LOC")))
                        .decode(rows)
                        .tags())
                .containsExactly("B-PER", "I-PER", "B-LOC", "O", "B-LOC");
    }

    @Test
    void shouldConvertBilouLabels() {
        LabelSet bilou = new LabelSet(List.of("O", "B-PER", "I-PER", "L-PER", "U-PER"));
        float[][] rows = {logs(0.1, 0.6, 0.1, 0.1, 0.1), logs(0.1, 0.1, 0.1, 0.6, 0.1), logs(0.1, 0.1, 0.1, 0.1, 0.6)};

        assertThat(new Iob2Viterbi(bilou).decode(rows).tags()).containsExactly("B-PER", "I-PER", "B-PER");
    }

    @Test
    void shouldRefuseScoresThatAreNoProbabilities() {
        Iob2Viterbi viterbi = new Iob2Viterbi(PER_LOC);

        assertThatThrownBy(() -> viterbi.decode(new float[][] {{0, 0, Float.NaN, 0, 0}}))
                .hasMessage("word 0 has score NaN for I-PER: the model computed no probabilities");
        assertThatThrownBy(() -> viterbi.greedy(new float[][] {{0, 0}}))
                .hasMessage("word 0 has scores for 2 labels of 5");
        assertThat(viterbi.decode(new float[0][]).tags()).isEmpty();
    }

    @Property
    void shouldFindValidSequenceThatNoOtherBeats(
            @ForAll("labelSets") LabelSet labels, @ForAll @IntRange(min = 1, max = 12) int words, @ForAll long seed) {
        // Given
        Random random = new Random(seed);
        float[][] rows = rows(labels.size(), words, random);

        // When
        Labelling labelling = new Iob2Viterbi(labels).decode(rows);

        // Then
        assertThat(Spans.ofStrictIob2(labelling.tags())).isEqualTo(Spans.ofConlleval(labelling.tags()));
        double best = score(labels, rows, labelling.tags());
        for (int i = 0; i < 50; i++) {
            assertThat(best).isGreaterThanOrEqualTo(score(labels, rows, randomValid(labels, words, random)) - 1e-9);
        }
    }

    @Property
    void shouldStayValidWhenProbabilitiesAreZero(@ForAll @IntRange(min = 1, max = 8) int words, @ForAll long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[words][5];
        for (float[] row : rows) {
            for (int label = 0; label < row.length; label++) {
                row[label] = random.nextInt(4) == 0 ? -1 : Float.NEGATIVE_INFINITY;
            }
        }

        for (Labelling labelling :
                List.of(new Iob2Viterbi(PER_LOC).decode(rows), new Iob2Viterbi(PER_LOC).greedy(rows))) {
            assertThat(Spans.ofStrictIob2(labelling.tags())).isEqualTo(Spans.ofConlleval(labelling.tags()));
        }
    }

    @Provide
    Arbitrary<LabelSet> labelSets() {
        return Arbitraries.of(
                PER_LOC,
                LabelSet.ofTypes(List.of("PER", "ORG", "LOC", "DATE")),
                new LabelSet(List.of("I-PER", "B-LOC", "O", "B-PER", "I-LOC")),
                new LabelSet(List.of("B-PER", "I-PER")));
    }

    private static double score(LabelSet labels, float[][] rows, List<String> tags) {
        double sum = 0;
        for (int word = 0; word < rows.length; word++) {
            sum += rows[word][labels.id(tags.get(word)).orElseThrow()];
        }
        return sum;
    }

    private static List<String> randomValid(LabelSet labels, int words, Random random) {
        List<String> tags = new ArrayList<>();
        String previous = "O";
        while (tags.size() < words) {
            String tag = labels.label(random.nextInt(labels.size()));
            if (!tag.startsWith("I-")
                    || (!previous.equals("O") && previous.substring(2).equals(tag.substring(2)))) {
                tags.add(tag);
                previous = tag;
            }
        }
        return tags;
    }

    private static float[][] rows(int labels, int words, Random random) {
        float[][] rows = new float[words][labels];
        for (float[] row : rows) {
            double[] weights = random.doubles(labels).map(x -> Math.exp(6 * x)).toArray();
            double sum = 0;
            for (double weight : weights) {
                sum += weight;
            }
            for (int label = 0; label < labels; label++) {
                row[label] = (float) Math.log(weights[label] / sum);
            }
        }
        return rows;
    }

    private static float[] logs(double... probabilities) {
        float[] logs = new float[probabilities.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) Math.log(probabilities[i]);
        }
        return logs;
    }
}
