package dev.slicer.evaluator.totals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.metrics.Counts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    /** Each document has three gold entities, found with this chance, and each find comes with a chance of a mistake. */
    private static final double FOUND = 0.7;

    private static final double MISTAKEN = 0.2;

    /** 2 tp / (2 tp + fp + fn) of the expected counts. */
    private static final double TRUE_F1 = 2 * FOUND / (2 * FOUND + MISTAKEN + (1 - FOUND));

    @Test
    void shouldAlwaysGiveTheSameDocumentsTheSameInterval() {
        // Given
        List<Counts> documents = sample(new Random(1), 200);
        List<Counts> shuffled = new ArrayList<>(documents);
        Collections.shuffle(shuffled, new Random(2));

        // When and then
        assertThat(f1(shuffled)).isPresent().isEqualTo(f1(documents));
    }

    @Test
    void shouldCoverTheTrueF1AboutNineteenTimesInTwenty() {
        // Given
        Random random = new Random(20130615);
        int samples = 1000;

        // When
        long covered = IntStream.range(0, samples)
                .filter(i -> interval(sample(random, 60)).contains(TRUE_F1))
                .count();

        // Then: the percentile interval is known to cover a little less; three standard deviations of 0.95 are 0.02
        assertThat((double) covered / samples).isBetween(0.92, 0.97);
    }

    @Test
    void shouldBeAsWideAsTheVarianceOfTheDocumentsSays() {
        // Given: F1 is here the share of documents whose entity is found, of variance p (1 - p) / n
        int documents = 2000;
        List<Counts> counts = IntStream.range(0, documents)
                .mapToObj(i -> i % 4 == 0 ? new Counts(0, 1, 1) : new Counts(1, 0, 0))
                .toList();

        // When
        Interval interval = interval(counts);

        // Then
        double half = 1.96 * Math.sqrt(0.75 * 0.25 / documents);
        assertThat(interval.low()).isCloseTo(0.75 - half, within(0.15 * half));
        assertThat(interval.high()).isCloseTo(0.75 + half, within(0.15 * half));
    }

    @Test
    void shouldContainTheF1ThatItIsOfAndNarrowWithMoreDocuments() {
        // Given
        Random random = new Random(7);
        List<Double> widths = new ArrayList<>();

        for (int documents : new int[] {30, 300, 3000}) {
            // When
            List<Counts> counts = sample(random, documents);
            Interval interval = interval(counts);

            // Then
            Counts all = counts.stream().reduce(Counts.NONE, Counts::plus);
            assertThat(interval.contains(all.f1())).isTrue();
            widths.add(interval.high() - interval.low());
        }
        // A tenth of the variance makes a third of the width.
        assertThat(widths.get(1) / widths.get(0)).isBetween(0.2, 0.5);
        assertThat(widths.get(2) / widths.get(1)).isBetween(0.2, 0.5);
    }

    @Test
    void shouldBeTheF1ItselfWhereThereIsOneDocument() {
        assertThat(f1(List.of(new Counts(3, 1, 1)))).hasValue(new Interval(0.75, 0.75));
    }

    @Test
    void shouldLeaveOutDocumentsWithoutEntities() {
        // Given
        List<Counts> documents = List.of(new Counts(3, 1, 1), new Counts(1, 0, 0));
        List<Counts> mostlyEmpty = new ArrayList<>(documents);
        mostlyEmpty.addAll(Collections.nCopies(50, Counts.NONE));

        // When and then
        assertThat(f1(mostlyEmpty)).isEqualTo(f1(documents)).hasValue(new Interval(0.75, 1));
        assertThat(f1(Collections.nCopies(50, Counts.NONE))).isEmpty();
    }

    @Property(tries = 100)
    void shouldDrawTheSameIntervalFromAHistogramAsFromAllDocuments(
            @ForAll long seed, @ForAll @IntRange(max = 300) int size) {
        // Given
        List<Counts> documents = sample(new Random(seed), size);

        // When and then
        assertThat(f1(documents)).isEqualTo(NaiveBootstrap.f1(documents));
    }

    @Test
    void shouldRefuseAnIntervalThatEndsBeforeItBegins() {
        assertThatThrownBy(() -> new Interval(0.5, 0.25))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an interval must satisfy low <= high, got 0.5..0.25");
    }

    /** Of documents one by one. */
    private static Optional<Interval> f1(List<Counts> documents) {
        SortedMap<Long, Long> histogram = new TreeMap<>();
        documents.forEach(document -> histogram.merge(Bootstrap.packed(document), 1L, Long::sum));
        return Bootstrap.f1(histogram);
    }

    private static Interval interval(List<Counts> documents) {
        return f1(documents).orElseThrow();
    }

    private static List<Counts> sample(Random random, int documents) {
        return IntStream.range(0, documents)
                .mapToObj(document -> {
                    int found = 0;
                    int mistakes = 0;
                    for (int entity = 0; entity < 3; entity++) {
                        found += random.nextDouble() < FOUND ? 1 : 0;
                        mistakes += random.nextDouble() < MISTAKEN ? 1 : 0;
                    }
                    return new Counts(found, mistakes, 3 - found);
                })
                .toList();
    }
}
