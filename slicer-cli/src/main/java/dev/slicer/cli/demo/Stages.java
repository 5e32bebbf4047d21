package dev.slicer.cli.demo;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs stages one after the other and shows progress, how long each took, and which one failed. */
final class Stages {
    private final Terminal terminal;
    private final int count;
    private int current;

    Stages(Terminal terminal, int count) {
        this.terminal = terminal;
        this.count = count;
    }

    /** The result of a stage, and a few words about it for the terminal. */
    record Outcome<T>(T value, String words) {}

    <T> T run(String name, Supplier<Outcome<T>> work) {
        current++;
        String label = String.format(Locale.ROOT, "[%d/%d] %-10s", current, count, name);
        terminal.progress(label + "  ...");
        long start = System.nanoTime();
        try {
            Outcome<T> outcome = work.get();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            terminal.progressDone(
                    String.format(Locale.ROOT, "%s  %12s  %s", label, Figures.duration(took), outcome.words()));
            return outcome.value();
        } catch (RuntimeException failure) {
            throw new CommandFailedException(
                    "stage '" + name + "' failed: "
                            + Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString),
                    failure);
        }
    }
}
