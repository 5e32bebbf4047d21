package dev.slicer.encoder;

import dev.slicer.checkpoint.safetensors.SafetensorsReader;
import dev.slicer.checkpoint.safetensors.TensorView;
import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What transformers and PyTorch computed for a tiny random model; made by {@code src/test/python/oracle.py}. */
public final class Oracle {
    public static final int BATCH = 5;
    public static final int LENGTH = 17;
    public static final int D = 24;

    private final Path folder;
    private final SafetensorsReader expected;

    private Oracle(Path folder) {
        this.folder = folder;
        this.expected = SafetensorsReader.open(folder.resolve("expected.safetensors"));
    }

    /** @param architecture {@code bert} or {@code xlm-roberta} */
    public static Oracle of(String architecture) {
        try {
            return new Oracle(Path.of(Oracle.class
                    .getResource("/dev/slicer/oracle/" + architecture)
                    .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path model() {
        return folder.resolve("model");
    }

    public float[] floats(String name) {
        FloatBuffer buffer = view(name).data().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    public long[] longs(String name) {
        LongBuffer buffer = view(name).data().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        long[] values = new long[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    private TensorView view(String name) {
        return expected.tensor(name);
    }

    /** The sequences without their padding. */
    public List<int[]> sequences() {
        long[] ids = longs("input_ids");
        long[] mask = longs("attention_mask");
        List<int[]> sequences = new ArrayList<>();
        for (int b = 0; b < BATCH; b++) {
            int from = b * LENGTH;
            int length = 0;
            while (length < LENGTH && mask[from + length] == 1) {
                length++;
            }
            int[] sequence = new int[length];
            for (int i = 0; i < length; i++) {
                sequence[i] = (int) ids[from + i];
            }
            sequences.add(sequence);
        }
        return sequences;
    }

    /** Rows [batch · length, width] of a padded tensor that are no padding, in the order of the packed batch. */
    public float[] packed(float[] padded, int width, PackedBatch batch) {
        List<int[]> sequences = sequences();
        float[] packed = new float[batch.tokens() * width];
        for (int b = 0; b < BATCH; b++) {
            int length = sequences.get(b).length;
            System.arraycopy(padded, b * LENGTH * width, packed, batch.starts()[b] * width, length * width);
        }
        return packed;
    }

    /** Largest difference over the largest expected magnitude. */
    public static double relativeError(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new IllegalArgumentException(actual.length + " values, expected " + expected.length);
        }
        double difference = 0;
        double magnitude = 1e-12;
        for (int i = 0; i < actual.length; i++) {
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
            magnitude = Math.max(magnitude, Math.abs(expected[i]));
        }
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference / magnitude;
    }
}
