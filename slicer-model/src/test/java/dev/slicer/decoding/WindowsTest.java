package dev.slicer.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.decoding.Windows.Window;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WindowsTest {

    @Test
    void shouldKeepShortTextInOneWindow() {
        Windows windows = Windows.of(new int[] {1, 2, 0, 3}, 6, 2, WindowsTest::notAsked);

        assertThat(windows.windows()).containsExactly(new Window(0, 4, true));
        assertThat(windows.windowOfWord()).containsExactly(0, 0, 0, 0);
    }

    @Test
    void shouldTakeEachWordFromTheWindowWhereItIsFarthestFromACut() {
        // Given: ten words of one sub-token
        int[] counts = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

        // When
        Windows windows = Windows.of(counts, 6, 4);

        // Then
        assertThat(windows.windows())
                .containsExactly(new Window(0, 6, false), new Window(2, 8, false), new Window(4, 10, true));
        assertThat(windows.windowOfWord()).containsExactly(0, 0, 0, 0, 1, 1, 2, 2, 2, 2);
    }

    @Test
    void shouldGiveWordLongerThanAWindowItsOwn() {
        Windows windows = Windows.of(new int[] {2, 900, 2}, 8, 4);

        assertThat(windows.windows())
                .containsExactly(new Window(0, 1, false), new Window(1, 2, false), new Window(2, 3, true));
        assertThat(windows.windowOfWord()).containsExactly(0, 1, 2);
    }

    @Test
    void shouldHaveNoWindowForNoWords() {
        assertThat(Windows.of(new int[0], 8, 4, WindowsTest::notAsked).windows())
                .isEmpty();
        assertThatThrownBy(() -> Windows.of(new int[] {1}, 8, 8, WindowsTest::notAsked))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldEndAWindowWithTheLastSentenceThatEndsLateInIt() {
        // Given: thirty words of one sub-token, sentences that end with words 3, 9, 11 and 13
        int[] counts = new int[30];
        Arrays.fill(counts, 1);
        BitSet sentenceEnds = bits(3, 9, 11, 13);

        // When
        Windows windows = Windows.of(counts, 16, 4, () -> sentenceEnds);

        // Then: the words before the end are read in full, none of them has to wait for the next window
        assertThat(windows.windows())
                .containsExactly(new Window(0, 14, true), new Window(10, 26, false), new Window(22, 30, true));
        assertThat(windows.windowOfWord()[13]).isZero();
        assertThat(windows.windowOfWord()[14]).isEqualTo(1);
    }

    @Test
    void shouldCutASentenceWhoseEndIsNotLateInAWindow() {
        int[] counts = new int[20];
        Arrays.fill(counts, 1);

        assertThat(Windows.of(counts, 16, 4, () -> bits(5)).windows())
                .containsExactly(new Window(0, 16, false), new Window(12, 20, true));
    }

    @Property
    void shouldCoverEveryWordAndStayWithinTheLimit(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 12) Integer> counts,
            @ForAll @IntRange(min = 1, max = 20) int maxSubTokens,
            @ForAll @IntRange(max = 19) int overlap,
            @ForAll Set<@IntRange(max = 59) Integer> sentenceEnds) {
        Assume.that(overlap < maxSubTokens);
        int[] subTokens = counts.stream().mapToInt(Integer::intValue).toArray();
        BitSet ends = new BitSet();
        sentenceEnds.stream().filter(word -> word < subTokens.length).forEach(ends::set);

        // When
        Windows windows = Windows.of(subTokens, maxSubTokens, overlap, () -> ends);

        // Then: every window holds new words, follows without a gap, repeats no more than it may, and fits the model
        int covered = 0;
        int first = -1;
        for (Window window : windows.windows()) {
            assertThat(window.words()).isPositive();
            assertThat(window.firstWord()).isGreaterThan(first).isLessThanOrEqualTo(covered);
            assertThat(window.endWord()).isGreaterThan(covered);
            assertThat(size(subTokens, window.firstWord(), covered, maxSubTokens))
                    .isLessThanOrEqualTo(overlap);
            assertThat(size(subTokens, window.firstWord(), window.endWord(), maxSubTokens))
                    .isLessThanOrEqualTo(maxSubTokens);

            // And it ends with the last sentence that can end late in it
            int last = lastSentence(subTokens, ends, window, covered, maxSubTokens, overlap);
            if (window.endWord() < subTokens.length) {
                assertThat(window.whole()).isEqualTo(last >= 0);
                assertThat(last < 0 || window.endWord() == last + 1).isTrue();
            }
            first = window.firstWord();
            covered = window.endWord();
        }
        assertThat(covered).isEqualTo(subTokens.length);
    }

    @Property
    void shouldTakeEveryWordsScoresFromOneWindowThatHoldsIt(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 12) Integer> counts,
            @ForAll @IntRange(min = 1, max = 20) int maxSubTokens,
            @ForAll @IntRange(max = 19) int overlap,
            @ForAll Set<@IntRange(max = 59) Integer> sentenceEnds) {
        Assume.that(overlap < maxSubTokens);
        int[] subTokens = counts.stream().mapToInt(Integer::intValue).toArray();
        BitSet ends = new BitSet();
        sentenceEnds.forEach(ends::set);

        // When
        Windows windows = Windows.of(subTokens, maxSubTokens, overlap, () -> ends);

        // Then
        assertThat(windows.windowOfWord()).hasSameSizeAs(subTokens).isSorted();
        for (int word = 0; word < subTokens.length; word++) {
            Window window = windows.windows().get(windows.windowOfWord()[word]);
            assertThat(word).isBetween(window.firstWord(), window.endWord() - 1);
        }
    }

    /** The last word of a sentence with which the window could have ended in its last quarter, else -1. */
    private static int lastSentence(
            int[] subTokens, BitSet ends, Window window, int covered, int maxSubTokens, int overlap) {
        int least = Math.max(maxSubTokens - maxSubTokens / 4, overlap + 1);
        int last = -1;
        for (int word = covered; word < subTokens.length; word++) {
            int size = size(subTokens, window.firstWord(), word + 1, maxSubTokens);
            if (ends.get(word) && size <= maxSubTokens && size >= least) {
                last = word;
            }
        }
        return last;
    }

    private static int size(int[] subTokens, int from, int to, int maxSubTokens) {
        return Arrays.stream(subTokens, from, to)
                .map(count -> Math.min(count, maxSubTokens))
                .sum();
    }

    private static BitSet bits(int... words) {
        BitSet bits = new BitSet();
        Arrays.stream(words).forEach(bits::set);
        return bits;
    }

    private static BitSet notAsked() {
        throw new AssertionError("sentences of a text that fits into one window");
    }
}
