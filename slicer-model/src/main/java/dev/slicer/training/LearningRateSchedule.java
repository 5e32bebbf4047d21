package dev.slicer.training;

/** The learning rate of each optimiser step. */
interface LearningRateSchedule {

    /** @param step 1 to {@link #totalSteps} */
    double at(int step);

    int totalSteps();

    /**
     * Linear warm-up from 0, then linear decay to 0 (paper, Section 4; the same numbers as transformers'
     * {@code get_linear_schedule_with_warmup}).
     *
     * @param warmup share of the steps
     */
    static LearningRateSchedule linear(double peak, double warmup, int totalSteps) {
        return new Linear(peak, (int) Math.round(warmup * totalSteps), totalSteps);
    }

    /** See {@link #linear}. */
    record Linear(double peak, int warmupSteps, int totalSteps) implements LearningRateSchedule {
        @Override
        public double at(int step) {
            int before = step - 1;
            if (before < warmupSteps) {
                return peak * before / warmupSteps;
            }
            return peak * (totalSteps - before) / Math.max(1, totalSteps - warmupSteps);
        }
    }
}
