package dev.slicer.evaluator.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class JensenShannonTest {
    /** The square root makes of a divergence that is wrong by 1e-16 a distance that is wrong by 1e-8. */
    private static final Offset<Double> ROUNDING = within(1e-7);

    private static final int BINS = 6;

    @Test
    void shouldAgreeWithScipy() throws IOException {
        // Given: written by src/test/python/jensen_shannon_golden.py with scipy 1.17.1
        JsonNode cases;
        try (InputStream golden = JensenShannonTest.class.getResourceAsStream("jensen-shannon-golden.json")) {
            cases = new ObjectMapper().readTree(golden);
        }
        assertThat(cases).hasSizeGreaterThanOrEqualTo(40);

        // When and then
        for (JsonNode expected : cases) {
            assertThat(JensenShannon.distance(histogram(expected.get("one")), histogram(expected.get("other"))))
                    .as(expected.toString())
                    .isEqualTo(expected.get("distance").asDouble(), ROUNDING);
        }
    }

    @Property
    void shouldBeADistance(
            @ForAll("histograms") long[] one, @ForAll("histograms") long[] other, @ForAll("histograms") long[] third) {
        // When
        double distance = JensenShannon.distance(one, other);

        // Then
        assertThat(distance).isBetween(0.0, 1.0);
        assertThat(JensenShannon.distance(other, one)).isEqualTo(distance, ROUNDING);
        assertThat(JensenShannon.distance(one, third) + JensenShannon.distance(third, other))
                .isGreaterThanOrEqualTo(distance - ROUNDING.value);
        assertThat(JensenShannon.distance(
                        one, Arrays.stream(one).map(count -> 7 * count).toArray()))
                .isEqualTo(0, ROUNDING);
    }

    @Property
    void shouldBeOneWhereNoBinIsShared(@ForAll("histograms") long[] counts) {
        // Given
        long[] one = counts.clone();
        long[] other = counts.clone();
        for (int bin = 0; bin < BINS; bin++) {
            (bin % 2 == 0 ? one : other)[bin] = 0;
        }
        one[1]++;
        other[0]++;

        // When and then
        assertThat(JensenShannon.distance(one, other)).isEqualTo(1, ROUNDING);
    }

    @Provide
    Arbitrary<long[]> histograms() {
        return Arbitraries.longs()
                .between(0, 1_000_000)
                .array(long[].class)
                .ofSize(BINS)
                .filter(counts -> Arrays.stream(counts).sum() > 0);
    }

    @Test
    void shouldRefuseWhatIsNoPairOfHistograms() {
        assertThatThrownBy(() -> JensenShannon.distance(new long[2], new long[3]))
                .hasMessage("histograms need the same bins, got 2 and 3");
        assertThatThrownBy(() -> JensenShannon.distance(new long[] {1, 0}, new long[] {2, -1}))
                .hasMessage("counts can't be negative: [2, -1]");
        assertThatThrownBy(() -> JensenShannon.distance(new long[] {1, 0}, new long[2]))
                .hasMessage("a histogram without observations is no distribution");
    }

    private static long[] histogram(JsonNode counts) {
        return StreamSupport.stream(counts.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }
}
