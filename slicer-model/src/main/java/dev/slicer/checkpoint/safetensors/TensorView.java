package dev.slicer.checkpoint.safetensors;

import dev.slicer.checkpoint.files.FileContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** A tensor of an open safetensors file: its elements are in row-major order. Safe for several threads. */
public final class TensorView {
    /** Of what is read for one copying. */
    private static final int PIECE_BYTES = 1 << 18;

    private final String name;
    private final TensorType type;
    private final long[] shape;
    private final FileContent content;
    private final long begin;
    private final int bytes;

    /**
     * @param content the file
     * @param begin of the tensor in it
     */
    TensorView(String name, TensorType type, long[] shape, FileContent content, long begin, int bytes) {
        this.name = name;
        this.type = type;
        this.shape = shape.clone();
        this.content = content;
        this.begin = begin;
        this.bytes = bytes;
    }

    public String name() {
        return name;
    }

    public TensorType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    public int elements() {
        return bytes / type.bytes();
    }

    /** All elements as they are in the file, little-endian. */
    public ByteBuffer data() {
        return data(0, elements());
    }

    /**
     * Some elements as they are in the file, little-endian.
     *
     * @param from index of the first one
     */
    public ByteBuffer data(int from, int count) {
        ByteBuffer data = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        content.read(begin + (long) from * type.bytes(), data);
        return data.flip();
    }

    /**
     * Reads elements as fp32, exactly.
     *
     * @param from index of the first one, in row-major order
     * @param values filled to its limit
     * @throws IllegalStateException when the tensor's type is neither F32, F16 nor BF16
     */
    public void read(int from, FloatBuffer values) {
        if (!type.isFloatingPoint()) {
            throw new IllegalStateException("tensor " + this + " has no floating-point elements");
        }
        ByteBuffer piece = ByteBuffer.allocate(Math.min(PIECE_BYTES, values.remaining() * type.bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        long position = begin + (long) from * type.bytes();
        while (values.hasRemaining()) {
            piece.clear().limit(Math.min(piece.capacity(), values.remaining() * type.bytes()));
            content.read(position, piece);
            position += piece.position();
            convert(piece.flip(), values);
        }
    }

    private void convert(ByteBuffer piece, FloatBuffer values) {
        switch (type) {
            case F32 -> values.put(piece.asFloatBuffer());
            case F16 -> {
                while (piece.hasRemaining()) {
                    values.put(half(piece.getShort()));
                }
            }
            case BF16 -> {
                while (piece.hasRemaining()) {
                    // bfloat16 is the upper half of a float32.
                    values.put(Float.intBitsToFloat(piece.getShort() << 16));
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
