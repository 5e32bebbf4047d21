package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.decoding.Windows.Window;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WindowsTest {

    @Test
    void shouldKeepShortTextInOneWindow() {
        Windows windows = Windows.of(new int[] {1, 2, 0, 3}, 6, 2);

        assertThat(windows.windows()).containsExactly(new Window(0, 4));
        assertThat(windows.windowOfWord()).containsExactly(0, 0, 0, 0);
    }

    @Test
    void shouldTakeEachWordFromTheWindowWhereItIsFarthestFromACut() {
        // Given: ten words of one sub-token
        int[] counts = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

        // When
        Windows windows = Windows.of(counts, 6, 4);

        // Then
        assertThat(windows.windows()).containsExactly(new Window(0, 6), new Window(2, 8), new Window(4, 10));
        assertThat(windows.windowOfWord()).containsExactly(0, 0, 0, 0, 1, 1, 2, 2, 2, 2);
    }

    @Test
    void shouldGiveWordLongerThanAWindowItsOwn() {
        Windows windows = Windows.of(new int[] {2, 900, 2}, 8, 4);

        assertThat(windows.windows()).containsExactly(new Window(0, 1), new Window(1, 2), new Window(2, 3));
        assertThat(windows.windowOfWord()).containsExactly(0, 1, 2);
    }

    @Test
    void shouldHaveNoWindowForNoWords() {
        assertThat(Windows.of(new int[0], 8, 4).windows()).isEmpty();
        assertThatThrownBy(() -> Windows.of(new int[] {1}, 8, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void shouldCoverEveryWordAndStayWithinTheLimit(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 12) Integer> counts,
            @ForAll @IntRange(min = 1, max = 20) int maxSubTokens,
            @ForAll @IntRange(max = 19) int overlap) {
        Assume.that(overlap < maxSubTokens);
        int[] subTokens = counts.stream().mapToInt(Integer::intValue).toArray();

        // When
        Windows windows = Windows.of(subTokens, maxSubTokens, overlap);

        // Then
        int covered = 0;
        int first = -1;
        for (Window window : windows.windows()) {
            assertThat(window.words()).isPositive();
            assertThat(window.firstWord()).isGreaterThan(first).isLessThanOrEqualTo(covered);
            assertThat(window.endWord()).isGreaterThan(covered);
            assertThat(Arrays.stream(subTokens, window.firstWord(), window.endWord())
                            .map(count -> Math.min(count, maxSubTokens))
                            .sum())
                    .isLessThanOrEqualTo(maxSubTokens);
            first = window.firstWord();
            covered = window.endWord();
        }
        assertThat(covered).isEqualTo(subTokens.length);
        for (int word = 0; word < subTokens.length; word++) {
            Window window = windows.windows().get(windows.windowOfWord()[word]);
            assertThat(word).isBetween(window.firstWord(), window.endWord() - 1);
        }
    }
}
