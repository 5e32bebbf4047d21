package dev.slicer.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sequences of sub-tokens laid one behind the other without padding, the longest first. Only attention needs a padded grid;
 * it gets one for each group of sequences of similar length, so that one long sequence does not widen the others'.
 *
 * @param ids [T] vocabulary ids
 * @param positions [T] rows of the position table
 * @param rows [T] place of each sub-token in the padded grid of its group
 * @param groups [G · 4] for each group its first sub-token, sub-tokens, sequences and longest length
 * @param starts [batch] where each sequence, in the order given, starts among the T sub-tokens
 */
public record PackedBatch(long[] ids, long[] positions, long[] rows, long[] groups, int[] starts) {
    /**
     * A sequence of at most this share of its group's longest begins another group: less padding, but some more calls for
     * each layer.
     */
    private static final double LIKE_LENGTH = 0.6;

    /** @param positionOffset {@link EncoderConfig#positionOffset()} */
    public static PackedBatch of(List<int[]> sequences, int positionOffset) {
        int tokens = sequences.stream().mapToInt(sequence -> sequence.length).sum();
        long[] ids = new long[tokens];
        long[] positions = new long[tokens];
        long[] rows = new long[tokens];
        int[] starts = new int[sequences.size()];
        List<long[]> groups = new ArrayList<>();
        int at = 0;
        for (int index : longestFirst(sequences)) {
            int[] sequence = sequences.get(index);
            if (groups.isEmpty() || beginsGroup(sequence.length, groups.get(groups.size() - 1)[3])) {
                groups.add(new long[] {at, 0, 0, sequence.length});
            }
            long[] group = groups.get(groups.size() - 1);
            starts[index] = at;
            for (int i = 0; i < sequence.length; i++, at++) {
                ids[at] = sequence[i];
                positions[at] = positionOffset + i;
                rows[at] = group[2] * group[3] + i;
            }
            group[1] += sequence.length;
            group[2]++;
        }
        return new PackedBatch(
                ids,
                positions,
                rows,
                groups.stream().flatMapToLong(Arrays::stream).toArray(),
                starts);
    }

    private static boolean beginsGroup(long length, long longest) {
        return length <= longest * LIKE_LENGTH;
    }

    /**
     * Which of the sequences to compute together, so that in each batch made of them no more pairs of cells attend to each
     * other, padding counted, which is what attention takes memory for. Batches are filled with sequences of falling length; one
     * that has more pairs alone is alone.
     *
     * @return places among {@code sequences}, rising in each batch
     */
    public static List<List<Integer>> within(List<int[]> sequences, long maxPairs) {
        List<List<Integer>> parts = new ArrayList<>();
        long pairs = 0;
        long longest = 0;
        for (int index : longestFirst(sequences)) {
            long length = sequences.get(index).length;
            long row = beginsGroup(length, longest) ? length : longest;
            if (parts.isEmpty() || pairs + row * row > maxPairs) {
                parts.add(new ArrayList<>());
                pairs = 0;
                row = length;
            }
            parts.get(parts.size() - 1).add(index);
            pairs += row * row;
            longest = row;
        }
        parts.forEach(Collections::sort);
        return parts;
    }

    private static int[] longestFirst(List<int[]> sequences) {
        return IntStream.range(0, sequences.size())
                .boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -sequences.get(i).length))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The groups as the program takes them, [G, 4]. */
    public NDArray groups(NDManager scope) {
        return scope.create(groups, new Shape(groups.length / 4, 4));
    }

    /** Cells of the padded grids that attention is computed in: pairs of sub-tokens. */
    public long attentionPairs() {
        long pairs = 0;
        for (int group = 0; group < groups.length; group += 4) {
            pairs += groups[group + 2] * groups[group + 3] * groups[group + 3];
        }
        return pairs;
    }

    public int tokens() {
        return ids.length;
    }
}
