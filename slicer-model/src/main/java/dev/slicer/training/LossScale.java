package dev.slicer.training;

/**
 * Dynamic loss scaling for fp16: gradients that overflow skip the step and halve the scale; a long run of finite ones
 * doubles it. Factors are those of PyTorch's {@code GradScaler}.
 */
final class LossScale {
    private static final double INITIAL = 65536;
    private static final int GROWTH_INTERVAL = 2000;

    private double scale;
    private int finiteSteps;

    private LossScale(State state) {
        this.scale = state.scale();
        this.finiteSteps = state.finiteSteps();
    }

    /** @param finiteSteps since the scale last changed */
    record State(double scale, int finiteSteps) {}

    static LossScale dynamic() {
        return new LossScale(new State(INITIAL, 0));
    }

    static LossScale restored(State state) {
        return new LossScale(state);
    }

    State state() {
        return new State(scale, finiteSteps);
    }

    double value() {
        return scale;
    }

    void finite() {
        if (++finiteSteps == GROWTH_INTERVAL) {
            scale *= 2;
            finiteSteps = 0;
        }
    }

    /** @throws TrainingException when no scale is left at which the gradients are finite */
    void overflowed() {
        scale /= 2;
        finiteSteps = 0;
        if (scale < 1) {
            throw new TrainingException(
                    "gradients are not finite at any loss scale; try bf16 or a lower learning rate");
        }
    }
}
