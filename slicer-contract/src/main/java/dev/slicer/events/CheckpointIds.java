package dev.slicer.events;

import dev.slicer.text.Quote;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Makes names of checkpoints that people can read and that differ from one another, such as {@code
 * slicer-mbert-h8-20261122T101500-3f2a}: base model, slice size, time in UTC, four random digits.
 */
public final class CheckpointIds {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** An identifier, of a checkpoint or of the job that makes it, becomes a folder's name and a message's key. */
    static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,199}";

    /** What an identifier is, for messages that begin with what it is the identifier of. */
    public static final String RULE = "must begin with a letter or digit and have up to 200 of a-z A-Z 0-9 . _ -";

    private static final Pattern VALID = Pattern.compile(PATTERN);
    private static final int MAX_BASE_CHARACTERS = 100;

    private final Clock clock;
    private final RandomGenerator random;

    public CheckpointIds(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * @param baseModel reference of the base model: {@code mbert}, {@code hf:organisation/name} or a path, of which the
     *     last part names the checkpoint
     * @param h slice size
     */
    public String next(String baseModel, int h) {
        return "slicer-%s-h%d-%s-%04x"
                .formatted(shortName(baseModel), h, TIME.format(clock.instant()), random.nextInt(1 << 16));
    }

    /** Whether the identifier can be a folder's name. */
    public static boolean isValid(String id) {
        return VALID.matcher(id).matches();
    }

    /** @throws IllegalArgumentException when the identifier could not be a folder's name */
    public static void requireValid(String id) {
        Objects.requireNonNull(id, "a checkpoint needs an id");
        if (!isValid(id)) {
            throw new IllegalArgumentException("a checkpoint's id " + RULE + ", got " + Quote.of(id));
        }
    }

    private static String shortName(String baseModel) {
        String path = baseModel.replaceFirst("^hf:", "").replaceFirst("(?<=.)@.*$", "");
        Path last = Path.of(path).getFileName();
        String name = (last == null ? "" : last.toString())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
        return name.isEmpty() ? "model" : name.substring(0, Math.min(name.length(), MAX_BASE_CHARACTERS));
    }
}
