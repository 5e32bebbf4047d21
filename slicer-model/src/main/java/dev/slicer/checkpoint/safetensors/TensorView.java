package dev.slicer.checkpoint.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A tensor of an open safetensors file.
 *
 * @param data the elements in row-major order, little-endian, read-only; it stays usable after the reader is closed
 */
public record TensorView(String name, TensorType type, long[] shape, ByteBuffer data) {
    public TensorView {
        shape = shape.clone();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Reads elements as fp32, exactly.
     *
     * @param from index of the first one, in row-major order
     * @param values filled to its limit
     * @throws IllegalStateException when the tensor's type is neither F32, F16 nor BF16
     */
    public void read(int from, FloatBuffer values) {
        ByteBuffer source = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        source.position(source.position() + from * type.bytes());
        switch (type) {
            case F32 -> values.put(source.asFloatBuffer().limit(values.remaining()));
            case F16 -> {
                while (values.hasRemaining()) {
                    values.put(half(source.getShort()));
                }
            }
            case BF16 -> {
                while (values.hasRemaining()) {
                    // bfloat16 is the upper half of a float32.
                    values.put(Float.intBitsToFloat(source.getShort() << 16));
                }
            }
            default -> throw new IllegalStateException("tensor " + this + " has no floating-point elements");
        }
    }

    /** As {@link #read(int, FloatBuffer)}. */
    public void read(int from, float[] values) {
        read(from, FloatBuffer.wrap(values));
    }

    /** IEEE 754 binary16: sign, five bits of exponent with bias 15, ten of fraction. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude;
        if (exponent == 0) {
            magnitude = fraction * 0x1p-24f;
        } else if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else {
            magnitude = Float.intBitsToFloat(exponent - 15 + 127 << 23 | fraction << 13);
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
