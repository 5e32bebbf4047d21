package dev.slicer.training;

/**
 * What dense AdamW does to a parameter over steps in which its gradient is zero, in closed form: it shrinks by the
 * weight decay, its moments fade, and it still drifts along the fading mean. With a step's size
 * a_s = lr_s · sqrt(1 - β2^s) / (1 - β1^s), the drift over steps l+1 … t is
 * m / (sqrt(v) + ε · sqrt(1 - β2^(l+1))) · Σ a_s · (β1 / sqrt(β2))^(s-l), where only ε's own factor, which hardly changes
 * over the few steps that matter, is taken as it is at the first of them.
 *
 * <p>A step that was skipped, as fp16 skips those whose gradients overflow, is none of AdamW's: s counts the steps taken.
 */
final class StepSizes {
    /** (β1 / sqrt(β2))^128 is under 2e-6 for the usual betas: later terms are beneath fp32's resolution. */
    private static final int DRIFT_HORIZON = 128;

    /** Numbers that {@link #between} gives for each row. */
    static final int FACTORS = 5;

    private final LearningRateSchedule schedule;
    private final double weightDecay;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    /** By the step of the run, as all that follows: a_s, 0 for one that was skipped. */
    private final double[] sizes;

    private final double[] logDecay;
    private final int[] taken;

    StepSizes(LearningRateSchedule schedule, double weightDecay, double beta1, double beta2, double epsilon) {
        this.schedule = schedule;
        this.weightDecay = weightDecay;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        int steps = schedule.totalSteps();
        this.sizes = new double[steps + 1];
        this.logDecay = new double[steps + 1];
        this.taken = new int[steps + 1];
    }

    /** @param stepsTaken how many of the run's steps up to {@code step} were taken */
    void resumeAfter(int step, int stepsTaken) {
        taken[step] = stepsTaken;
    }

    /** The step after those that are known is taken; answers how many were, with it. */
    int take(int step) {
        int count = taken[step - 1] + 1;
        taken[step] = count;
        double rate = schedule.at(step);
        sizes[step] = rate * Math.sqrt(1 - Math.pow(beta2, count)) / (1 - Math.pow(beta1, count));
        logDecay[step] = logDecay[step - 1] + Math.log1p(-rate * weightDecay);
        return count;
    }

    /** The step after those that are known is skipped. */
    void skip(int step) {
        taken[step] = taken[step - 1];
        logDecay[step] = logDecay[step - 1];
    }

    int takenUntil(int step) {
        return taken[step];
    }

    /**
     * Factors for a row last brought up to date at step {@code last}, to where it stands after step {@code now}: of the
     * weights, of the mean, of the square; the summed step size of the drift, and the ε of its denominator.
     */
    float[] between(int last, int now) {
        int missed = taken[now] - taken[last];
        double ratio = beta1 / Math.sqrt(beta2);
        double power = 1;
        double drift = 0;
        for (int s = last + 1; s <= now && taken[s] - taken[last] <= DRIFT_HORIZON; s++) {
            if (taken[s] > taken[s - 1]) {
                power *= ratio;
                drift += sizes[s] * power;
            }
        }
        return new float[] {
            (float) Math.exp(logDecay[now] - logDecay[last]),
            (float) Math.pow(beta1, missed),
            (float) Math.pow(beta2, missed),
            (float) drift,
            (float) (epsilon * Math.sqrt(1 - Math.pow(beta2, taken[last] + 1)))
        };
    }

    /** Factors for many rows at once, [rows · {@link #FACTORS}]. */
    float[] between(int[] last, int now) {
        float[] factors = new float[last.length * FACTORS];
        for (int i = 0; i < last.length; i++) {
            System.arraycopy(between(last[i], now), 0, factors, i * FACTORS, FACTORS);
        }
        return factors;
    }
}
