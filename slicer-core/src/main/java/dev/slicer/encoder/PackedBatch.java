package dev.slicer.encoder;

import java.util.List;

/**
 * Sequences of sub-tokens laid one behind the other without padding.
 *
 * @param ids [T] vocabulary ids
 * @param positions [T] rows of the position table
 * @param rows [T] place of each sub-token in the padded grid [batch · length] that only attention uses
 * @param starts [batch + 1] where each sequence starts among the T sub-tokens
 * @param length of the longest sequence
 */
public record PackedBatch(long[] ids, long[] positions, long[] rows, int[] starts, int length) {

    /** @param positionOffset {@link EncoderConfig#positionOffset()} */
    public static PackedBatch of(List<int[]> sequences, int positionOffset) {
        int[] starts = new int[sequences.size() + 1];
        int length = 0;
        for (int i = 0; i < sequences.size(); i++) {
            starts[i + 1] = starts[i] + sequences.get(i).length;
            length = Math.max(length, sequences.get(i).length);
        }
        int tokens = starts[sequences.size()];
        long[] ids = new long[tokens];
        long[] positions = new long[tokens];
        long[] rows = new long[tokens];
        for (int i = 0; i < sequences.size(); i++) {
            int[] sequence = sequences.get(i);
            for (int j = 0; j < sequence.length; j++) {
                int at = starts[i] + j;
                ids[at] = sequence[j];
                positions[at] = positionOffset + j;
                rows[at] = (long) i * length + j;
            }
        }
        return new PackedBatch(ids, positions, rows, starts, length);
    }

    public int size() {
        return starts.length - 1;
    }

    public int tokens() {
        return ids.length;
    }
}
