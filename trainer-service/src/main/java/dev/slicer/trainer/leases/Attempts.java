package dev.slicer.trainer.leases;

/**
 * How a job fared with those who had it: one that brings its trainer down would be taken over for ever.
 *
 * @param inVain takeovers since the job last got further
 * @param step the furthest that it is known to have got
 */
record Attempts(int inVain, int step) {
    static final Attempts NONE = new Attempts(0, 0);

    Attempts takenOver() {
        return new Attempts(inVain + 1, step);
    }

    Attempts reached(int newStep) {
        return newStep > step ? new Attempts(0, newStep) : this;
    }
}
