package dev.slicer.checkpoint;

import java.nio.ByteBuffer;
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

    @Override
    public String toString() {
        return name + " " + type + Arrays.toString(shape);
    }
}
