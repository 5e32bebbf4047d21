package dev.slicer.benchmarks;

/** What a benchmark says to people while it runs: standard error, for standard output has the figures. */
final class Progress {
    private Progress() {}

    static void say(String format, Object... values) {
        System.err.printf(format + "%n", values);
    }
}
