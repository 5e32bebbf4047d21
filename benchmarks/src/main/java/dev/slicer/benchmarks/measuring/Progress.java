package dev.slicer.benchmarks.measuring;

/** What a benchmark says to people while it runs: standard error, for standard output has the figures. */
public final class Progress {
    private Progress() {}

    public static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }
}
