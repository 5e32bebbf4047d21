package dev.slicer.charts;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A value axis with ticks at 1, 2 or 5 times a power of ten.
 *
 * @param first tick at or below the smallest value, in steps
 * @param last tick at or above the largest value, in steps
 */
record Scale(BigDecimal step, long first, long last) {
    private static final double MOST_INTERVALS = 8;
    /** Values that differ by less than this share are drawn as one. */
    private static final double SAME = 1e-9;

    private static final int[] ROUND = {1, 2, 5};

    static Scale covering(double min, double max) {
        if (max - min <= SAME * Math.abs(max)) {
            return covering(min, min + Math.max(1, Math.abs(min)));
        }
        int exponent = (int) Math.floor(Math.log10((max - min) / MOST_INTERVALS));
        for (int i = 0; ; i++) {
            BigDecimal step =
                    BigDecimal.valueOf(ROUND[i % ROUND.length]).scaleByPowerOfTen(exponent + i / ROUND.length);
            long first = (long) Math.floor(rounded(min / step.doubleValue()));
            long last = (long) Math.ceil(rounded(max / step.doubleValue()));
            if (last - first <= MOST_INTERVALS) {
                return new Scale(step, first, last);
            }
        }
    }

    /** Without it, 0.3 over 0.1 would be a little more than 3 and cost an empty interval. */
    private static double rounded(double steps) {
        double nearest = Math.rint(steps);
        return Math.abs(steps - nearest) < 1e-9 ? nearest : steps;
    }

    List<BigDecimal> ticks() {
        List<BigDecimal> ticks = new ArrayList<>();
        for (long i = first; i <= last; i++) {
            ticks.add(step.multiply(BigDecimal.valueOf(i)));
        }
        return ticks;
    }

    /** Where a value lies between the first tick (0) and the last (1). */
    double position(double value) {
        return (value / step.doubleValue() - first) / (last - first);
    }
}
