package dev.slicer.cli.console;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Numbers, durations and progress as the terminal shows them. */
public final class Figures {
    private static final int BAR_WIDTH = 24;

    private Figures() {}

    /** A ratio as the field writes it: in percent with one decimal. */
    public static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f", 100 * ratio);
    }

    /** {@code 7.4 s}, {@code 3 min 05 s} or {@code 1 h 02 min}. */
    public static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
    }

    /** {@code 120 of 663 MB}, or {@code 120 MB} where the whole is not known. */
    public static String megabytes(long done, OptionalLong total) {
        return total.isPresent()
                ? String.format(Locale.ROOT, "%d of %d MB", done / 1_000_000, total.getAsLong() / 1_000_000)
                : String.format(Locale.ROOT, "%d MB", done / 1_000_000);
    }

    /** A bar, and behind it step, loss, speed and time left as far as they are known. */
    public static String training(
            int step,
            int totalSteps,
            OptionalDouble loss,
            OptionalDouble tokensPerSecond,
            OptionalDouble remainingSeconds) {
        StringBuilder line = new StringBuilder(bar(step, totalSteps))
                .append(String.format(Locale.ROOT, " step %d/%d", step, totalSteps));
        loss.ifPresent(value -> line.append(String.format(Locale.ROOT, "  loss %.4f", value)));
        tokensPerSecond.ifPresent(value -> line.append(String.format(Locale.ROOT, "  %.0f tokens/s", value)));
        remainingSeconds.ifPresent(value -> line.append("  ")
                .append(duration(Duration.ofMillis((long) (1000 * value))))
                .append(" left"));
        return line.toString();
    }

    /** A bar, and behind it how many sentences are done and which corpus is read. */
    public static String sentences(long done, long total, String corpus) {
        return bar(done, total) + " " + done + "/" + total + " sentences, at " + corpus;
    }

    public static String bar(long done, long total) {
        int filled = total <= 0 ? 0 : (int) (BAR_WIDTH * Math.min(done, total) / total);
        return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
    }
}
