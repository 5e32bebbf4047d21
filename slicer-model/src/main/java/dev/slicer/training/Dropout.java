package dev.slicer.training;

import java.util.SplittableRandom;

/**
 * Masks of dropout (Srivastava et al. 2014), each element on its own, the same on every device.
 *
 * @param share of the elements that are dropped, from 0 to below 1
 */
record Dropout(double share) {
    /** An element takes so many random bits: the share is a multiple of 2^-16. */
    private static final int BITS = 16;

    private static final long MASK = (1L << BITS) - 1;

    Dropout {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("dropout must be from 0 to below 1, got " + share);
        }
    }

    private int dropped() {
        return (int) Math.min(MASK, Math.round(share * (1 << BITS)));
    }

    /** What kept elements are multiplied by, so that sums stay what they were in the mean. */
    double scale() {
        return 1 / (1 - (double) dropped() / (1 << BITS));
    }

    /** For each element 1 where it is kept and 0 where it is dropped; of no element where nothing is dropped. */
    byte[] kept(long elements, long seed) {
        if (share == 0) {
            return new byte[0];
        }
        byte[] kept = new byte[Math.toIntExact(elements)];
        SplittableRandom random = new SplittableRandom(seed);
        int dropped = dropped();
        int whole = kept.length - kept.length % (Long.SIZE / BITS);
        for (int i = 0; i < whole; i += Long.SIZE / BITS) {
            long bits = random.nextLong();
            kept[i] = kept(bits, dropped);
            kept[i + 1] = kept(bits >>> BITS, dropped);
            kept[i + 2] = kept(bits >>> 2 * BITS, dropped);
            kept[i + 3] = kept(bits >>> 3 * BITS, dropped);
        }
        for (int i = whole; i < kept.length; i++) {
            kept[i] = kept(random.nextLong(), dropped);
        }
        return kept;
    }

    /** Without a branch, which nobody could predict. */
    private static byte kept(long bits, int dropped) {
        return (byte) (1 + ((int) (bits & MASK) - dropped >> Integer.SIZE - 1));
    }
}
