package dev.slicer.service.edge;

/** A bucket of tokens that fills again with time: a second's worth at most, one for each request. */
final class Tokens {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private double left;
    private long at;

    Tokens(double perSecond, long now) {
        this.perSecond = perSecond;
        this.left = most();
        this.at = now;
    }

    double perSecond() {
        return perSecond;
    }

    /** As full as this one, for another rate. */
    Tokens at(double otherPerSecond, long now) {
        fill(now);
        Tokens other = new Tokens(otherPerSecond, now);
        other.left *= left / most();
        return other;
    }

    /** Takes one where there is one. */
    boolean take(long now) {
        fill(now);
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    boolean areAllBack(long now) {
        fill(now);
        return left >= most();
    }

    private void fill(long now) {
        left = Math.min(most(), left + (now - at) / NANOS * perSecond);
        at = now;
    }

    /** A rate of less than one a second lets one in even so. */
    private double most() {
        return Math.max(1, perSecond);
    }
}
