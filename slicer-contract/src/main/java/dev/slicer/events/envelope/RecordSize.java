package dev.slicer.events.envelope;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * How large a record of this project may be, and how large one is. All that services and commands write keeps to these
 * limits; {@code docs/topics.md} says for each kind of record what becomes of one that would be larger.
 *
 * <p>A record is measured before it is compressed, as a producer's {@code max.request.size} is: whether it fits then does
 * not depend on how well it compresses.
 */
public final class RecordSize {
    /** {@code max.request.size} of all producers, and {@code max.message.bytes} of the topics that services make. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /** Of what another sender gave: a value's beginning in a dead letter, a key, all headers that are handed on. */
    public static final int MAX_FOREIGN_BYTES = 64 * 1024;

    /** Of a text for people, such as why something was refused, in UTF-8. */
    public static final int MAX_TEXT_BYTES = 4 * 1024;

    /** Of a batch around one record and of the record around its parts, at most. */
    private static final int FRAME_BYTES = 128;

    private static final int HEADER_FRAME_BYTES = 10;
    /** What compression may add where there is nothing to compress: less than 1 part in 64 with each of Kafka's codecs. */
    private static final int PARTS = 64;

    private static final String CUT = "…";

    private RecordSize() {}

    /**
     * Bytes that a record may have for a topic to take it.
     *
     * @param maxMessageBytes the topic's {@code max.message.bytes}
     */
    public static int limit(int maxMessageBytes) {
        int most = Math.min(MAX_BYTES, maxMessageBytes);
        return most - most / PARTS;
    }

    /**
     * Bytes of a record without its headers, rounded up.
     *
     * @param key empty where the record has none, as {@code value}
     */
    public static long of(byte[] key, byte[] value) {
        return (long) FRAME_BYTES + key.length + value.length;
    }

    /** Bytes of a header, rounded up. */
    public static long ofHeader(String name, byte[] value) {
        return (long) HEADER_FRAME_BYTES + name.getBytes(StandardCharsets.UTF_8).length + value.length;
    }

    public static long ofHeaders(Map<String, byte[]> headers) {
        return headers.entrySet().stream()
                .mapToLong(header -> ofHeader(header.getKey(), header.getValue()))
                .sum();
    }

    /** A text for people that takes no more than {@link #MAX_TEXT_BYTES}; one that was longer ends with {@code …}. */
    public static String shortened(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= MAX_TEXT_BYTES) {
            return text;
        }
        int left = MAX_TEXT_BYTES - CUT.getBytes(StandardCharsets.UTF_8).length;
        int end = 0;
        while (end < text.length()) {
            int next = text.offsetByCodePoints(end, 1);
            left -= text.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (left < 0) {
                break;
            }
            end = next;
        }
        return text.substring(0, end) + CUT;
    }
}
