package dev.slicer.events.envelope;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A value that a record is too small for, as it can be known again where it lies.
 *
 * @param bytes how many it has
 * @param sha256 in hexadecimal, lower case
 */
public record ValueReference(long bytes, String sha256) {
    /** @param value none is as one without bytes */
    public static ValueReference of(byte[] value) {
        byte[] present = value == null ? new byte[0] : value;
        try {
            return new ValueReference(
                    present.length,
                    HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(present)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The value's beginning, for people and for programs that look for what it is about. */
    public static byte[] head(byte[] value, int maxBytes) {
        return value == null || value.length <= maxBytes ? value : Arrays.copyOf(value, maxBytes);
    }
}
