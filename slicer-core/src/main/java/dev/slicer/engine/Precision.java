package dev.slicer.engine;

/** Number format of the matrix products; weights' master copies, normalisation, softmax and loss stay in fp32. */
public enum Precision {
    FP32(6),
    BF16(15),
    FP16(5);

    private final int scalarType;

    Precision(int scalarType) {
        this.scalarType = scalarType;
    }

    /** The value of PyTorch's {@code ScalarType}. */
    public int scalarType() {
        return scalarType;
    }
}
