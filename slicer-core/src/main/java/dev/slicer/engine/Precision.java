package dev.slicer.engine;

/** Number format of the matrix products; weights' master copies, normalisation, softmax and loss stay in fp32. */
public enum Precision {
    FP32,
    BF16,
    FP16
}
