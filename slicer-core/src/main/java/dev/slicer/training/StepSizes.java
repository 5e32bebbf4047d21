package dev.slicer.training;

/**
 * What dense AdamW does to a parameter over steps in which its gradient is zero, in closed form: it shrinks by the
 * weight decay, its moments fade, and it still drifts along the fading mean. With a step's size
 * a_s = lr_s · sqrt(1 - β2^s) / (1 - β1^s), the drift over steps l+1 … t is
 * m / (sqrt(v) + ε · sqrt(1 - β2^(l+1))) · Σ a_s · (β1 / sqrt(β2))^(s-l), where only ε's own factor, which hardly changes
 * over the few steps that matter, is taken as it is at the first of them.
 */
final class StepSizes {
    /** (β1 / sqrt(β2))^128 is under 2e-6 for the usual betas: later terms are beneath fp32's resolution. */
    private static final int DRIFT_HORIZON = 128;

    /** Numbers that {@link #between} gives for each row. */
    static final int FACTORS = 5;

    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double[] sizes;
    private final double[] logDecay;

    StepSizes(LearningRateSchedule schedule, double weightDecay, double beta1, double beta2, double epsilon) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        int steps = schedule.totalSteps();
        this.sizes = new double[steps + 1];
        this.logDecay = new double[steps + 1];
        for (int s = 1; s <= steps; s++) {
            sizes[s] = schedule.at(s) * Math.sqrt(1 - Math.pow(beta2, s)) / (1 - Math.pow(beta1, s));
            logDecay[s] = logDecay[s - 1] + Math.log1p(-schedule.at(s) * weightDecay);
        }
    }

    /**
     * Factors for a row last brought up to date at step {@code last}, to where it stands after step {@code now}: of the
     * weights, of the mean, of the square; the summed step size of the drift, and the ε of its denominator.
     */
    float[] between(int last, int now) {
        int missed = now - last;
        double ratio = beta1 / Math.sqrt(beta2);
        double power = 1;
        double drift = 0;
        for (int s = last + 1; s <= Math.min(now, last + DRIFT_HORIZON); s++) {
            power *= ratio;
            drift += sizes[s] * power;
        }
        return new float[] {
            (float) Math.exp(logDecay[now] - logDecay[last]),
            (float) Math.pow(beta1, missed),
            (float) Math.pow(beta2, missed),
            (float) drift,
            (float) (epsilon * Math.sqrt(1 - Math.pow(beta2, last + 1)))
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
