package dev.slicer.kafka.topics;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How long a topic keeps a record.
 *
 * @param limit empty for ever
 */
public record Retention(Optional<Duration> limit) {
    public static final Retention FOR_EVER = new Retention(Optional.empty());

    private static final String NO_LIMIT = "forever";
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Pattern SHORT = Pattern.compile("(?i)\\d+[smhd]");

    public Retention {
        limit.filter(time -> time.compareTo(LEAST) < 0).ifPresent(time -> {
            throw new IllegalArgumentException("a topic keeps records for at least a minute");
        });
    }

    public static Retention of(Duration limit) {
        return new Retention(Optional.of(limit));
    }

    /**
     * @param text {@code forever}, or a time as {@code 90d}, {@code 12h} or {@code PT36H}
     * @throws IllegalArgumentException where it is neither
     */
    public static Retention parse(CharSequence text) {
        String given = text.toString().strip().toUpperCase(Locale.ROOT);
        if (given.equalsIgnoreCase(NO_LIMIT)) {
            return FOR_EVER;
        }
        try {
            return of(Duration.parse(
                    !SHORT.matcher(given).matches() ? given : given.endsWith("D") ? "P" + given : "PT" + given));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "a topic keeps records " + NO_LIMIT + ", or for a time as 90d, 12h or PT36H, not " + text, e);
        }
    }

    /** As Kafka's {@code retention.ms}. */
    String millis() {
        return limit.map(Duration::toMillis).map(String::valueOf).orElse("-1");
    }

    /** Whether what is kept for the other time is kept here. */
    public boolean covers(Duration other) {
        return limit.isEmpty() || limit.get().compareTo(other) >= 0;
    }

    @Override
    public String toString() {
        return limit.map(Duration::toString).orElse(NO_LIMIT);
    }
}
