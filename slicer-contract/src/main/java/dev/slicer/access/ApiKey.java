package dev.slicer.access;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its holder sends it, {@code slk_ID_SECRET}. The id finds the key's entry without trying all of them, and is no
 * secret; the secret is 256 random bits.
 */
public final class ApiKey {
    /** What all keys begin with, so that scanners for secrets find one that was left lying about. */
    public static final String PREFIX = "slk_";

    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;
    private static final Pattern SHAPE = Pattern.compile(PREFIX + "([0-9a-f]{12})_([A-Za-z0-9_-]{43})");

    private final String id;
    private final String secret;

    private ApiKey(String id, String secret) {
        this.id = id;
        this.secret = secret;
    }

    public static ApiKey create(SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        StringBuilder name = new StringBuilder();
        for (byte part : id) {
            name.append(String.format("%02x", part));
        }
        return new ApiKey(
                name.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    }

    /** Empty for what has not the shape of a key. */
    public static Optional<ApiKey> parse(String text) {
        Matcher key = SHAPE.matcher(text);
        return key.matches() ? Optional.of(new ApiKey(key.group(1), key.group(2))) : Optional.empty();
    }

    public String id() {
        return id;
    }

    String secret() {
        return secret;
    }

    /** The key itself, to be shown to its holder once. */
    public String text() {
        return PREFIX + id + "_" + secret;
    }

    /** Without the secret: it must not get into a log by accident. */
    @Override
    public String toString() {
        return PREFIX + id + "_...";
    }
}
