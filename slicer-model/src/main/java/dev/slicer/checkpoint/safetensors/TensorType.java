package dev.slicer.checkpoint.safetensors;

/** Element types of the safetensors format. */
public enum TensorType {
    BOOL(1),
    U8(1),
    I8(1),
    I16(2),
    I32(4),
    I64(8),
    F16(2),
    BF16(2),
    F32(4),
    F64(8);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether its elements are numbers that fp32 holds exactly. */
    public boolean isFloatingPoint() {
        return this == F16 || this == BF16 || this == F32;
    }
}
