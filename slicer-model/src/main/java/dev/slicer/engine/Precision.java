package dev.slicer.engine;

/** Number format of the matrix products; weights' master copies, normalisation, softmax and loss stay in fp32. */
public enum Precision {
    FP32(6),
    BF16(15),
    FP16(5),
    /**
     * Weights in int8 by output channel, activations by sub-token as they come (dynamic quantisation); everything else in
     * fp32. Only for tagging, on CPUs.
     */
    INT8(6);

    private final int scalarType;

    Precision(int scalarType) {
        this.scalarType = scalarType;
    }

    /** The value of PyTorch's {@code ScalarType} for what is computed in floating point. */
    public int scalarType() {
        return scalarType;
    }
}
