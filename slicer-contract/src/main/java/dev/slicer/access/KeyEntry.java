package dev.slicer.access;

import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a service knows of a key: a line of its key file. The key itself is not in it.
 *
 * <p>The hash is one round of SHA-256 over salt and secret. Passwords need a slow hash because people choose few of them;
 * a secret of 256 random bits cannot be found by trying, however fast that goes, and each request pays for the hash.
 *
 * @param id part of the key, by which it finds this entry
 * @param name whose key it is; several keys of one name are one caller, so that a key can be exchanged
 * @param roles what its holder may do
 * @param salt base64
 * @param sha256 of salt and secret, base64
 * @param requestsPerSecond of the name, over all of its keys; absent for the service's own limit
 * @param expires when the key ends; absent for one that does not
 */
public record KeyEntry(
        String id,
        String name,
        Set<Role> roles,
        String salt,
        String sha256,
        OptionalDouble requestsPerSecond,
        Optional<Instant> expires) {
    /** Who asks a service that asks nobody who they are. */
    public static final String NOBODY = "anonymous";

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._@+-]{0,99}");

    public KeyEntry {
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException("id must be 12 hexadecimal digits");
        }
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name must be up to 100 letters, digits or any of . _ @ + - and begin with a letter or digit");
        }
        if (name.equals(NOBODY)) {
            throw new IllegalArgumentException("name must not be " + NOBODY + ", as everybody is called without keys");
        }
        if (roles == null || roles.isEmpty()) {
            throw new IllegalArgumentException("roles is missing: a key without a role opens nothing");
        }
        roles = Set.copyOf(EnumSet.copyOf(roles));
        requireBytes("salt", salt, SALT_BYTES);
        requireBytes("sha256", sha256, HASH_BYTES);
        if (requestsPerSecond.isPresent()
                && !(requestsPerSecond.getAsDouble() > 0 && Double.isFinite(requestsPerSecond.getAsDouble()))) {
            throw new IllegalArgumentException("requestsPerSecond must be a number above 0");
        }
    }

    private static void requireBytes(String field, String base64, int bytes) {
        try {
            if (base64 != null && Base64.getDecoder().decode(base64).length == bytes) {
                return;
            }
        } catch (IllegalArgumentException noBase64) {
            throw new IllegalArgumentException(field + " must be " + bytes + " bytes in base64", noBase64);
        }
        throw new IllegalArgumentException(field + " must be " + bytes + " bytes in base64");
    }

    /** The entry of a new key. */
    public static KeyEntry of(
            ApiKey key,
            String name,
            Set<Role> roles,
            OptionalDouble requestsPerSecond,
            Optional<Instant> expires,
            SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new KeyEntry(
                key.id(),
                name,
                roles,
                Base64.getEncoder().encodeToString(salt),
                Base64.getEncoder().encodeToString(hash(salt, key)),
                requestsPerSecond,
                expires);
    }

    /** Takes the same time however much of the secret is right. */
    public boolean matches(ApiKey key) {
        byte[] expected = Base64.getDecoder().decode(sha256);
        return MessageDigest.isEqual(expected, hash(Base64.getDecoder().decode(salt), key)) && id.equals(key.id());
    }

    public boolean isValidAt(Instant time) {
        return expires.isEmpty() || time.isBefore(expires.get());
    }

    /** The line of a key file. */
    public String toLine() {
        try {
            return Json.mapper().writeValueAsString(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] hash(byte[] salt, ApiKey key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(salt);
            return sha256.digest(key.secret().getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
