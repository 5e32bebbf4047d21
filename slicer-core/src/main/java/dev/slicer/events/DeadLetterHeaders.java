package dev.slicer.events;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Why a record is a dead letter and where it lay, as headers of the dead letter.
 *
 * @param reason one of few, for programs
 * @param cause what is wrong, for people
 * @param topic the record's own, which it was read from
 */
public record DeadLetterHeaders(String reason, String cause, String topic, int partition, long offset) {
    private static final String PREFIX = "dead-letter-";
    private static final String REASON = PREFIX + "reason";
    private static final String CAUSE = PREFIX + "cause";
    private static final String TOPIC = PREFIX + "topic";
    private static final String PARTITION = PREFIX + "partition";
    private static final String OFFSET = PREFIX + "offset";

    /** Whether a header is one of a dead letter's, of the record before it became one it is not. */
    public static boolean include(String header) {
        return header.startsWith(PREFIX);
    }

    public Map<String, byte[]> toHeaders() {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        Map<String, String> values = Map.of(
                REASON,
                reason,
                CAUSE,
                cause,
                TOPIC,
                topic,
                PARTITION,
                Integer.toString(partition),
                OFFSET,
                Long.toString(offset));
        values.forEach((name, value) -> headers.put(name, value.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    /** Empty where a header is missing or no number where it must be one: the record came from elsewhere. */
    public static Optional<DeadLetterHeaders> fromHeaders(Map<String, byte[]> headers) {
        Optional<String> topic = text(headers, TOPIC);
        Optional<String> partition = text(headers, PARTITION).filter(value -> value.matches("\\d{1,9}"));
        Optional<String> offset = text(headers, OFFSET).filter(value -> value.matches("\\d{1,18}"));
        if (topic.isEmpty() || partition.isEmpty() || offset.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DeadLetterHeaders(
                text(headers, REASON).orElse("unknown"),
                text(headers, CAUSE).orElse(""),
                topic.get(),
                Integer.parseInt(partition.get()),
                Long.parseLong(offset.get())));
    }

    private static Optional<String> text(Map<String, byte[]> headers, String name) {
        return Optional.ofNullable(headers.get(name)).map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
