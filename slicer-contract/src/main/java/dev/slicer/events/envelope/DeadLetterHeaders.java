package dev.slicer.events.envelope;

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
 * @param content how much of the record the letter has
 * @param reference to the record's value; absent where the letter has all of the record
 */
public record DeadLetterHeaders(
        String reason,
        String cause,
        String topic,
        int partition,
        long offset,
        LetterContent content,
        Optional<ValueReference> reference) {
    private static final String PREFIX = "dead-letter-";
    private static final String REASON = PREFIX + "reason";
    private static final String CAUSE = PREFIX + "cause";
    private static final String TOPIC = PREFIX + "topic";
    private static final String PARTITION = PREFIX + "partition";
    private static final String OFFSET = PREFIX + "offset";
    private static final String CONTENT = PREFIX + "content";
    private static final String VALUE_BYTES = PREFIX + "value-bytes";
    private static final String VALUE_SHA256 = PREFIX + "value-sha256";

    /** Of a letter that has all of the record. */
    public DeadLetterHeaders(String reason, String cause, String topic, int partition, long offset) {
        this(reason, cause, topic, partition, offset, LetterContent.WHOLE, Optional.empty());
    }

    /** The same of a letter that has not all of the record. */
    public DeadLetterHeaders with(LetterContent left, ValueReference value) {
        return new DeadLetterHeaders(reason, cause, topic, partition, offset, left, Optional.of(value));
    }

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
                Long.toString(offset),
                CONTENT,
                content.text());
        values.forEach((name, value) -> headers.put(name, value.getBytes(StandardCharsets.UTF_8)));
        reference.ifPresent(value -> {
            headers.put(VALUE_BYTES, Long.toString(value.bytes()).getBytes(StandardCharsets.UTF_8));
            headers.put(VALUE_SHA256, value.sha256().getBytes(StandardCharsets.UTF_8));
        });
        return headers;
    }

    /** Empty where a header is missing or no number where it must be one: the record came from elsewhere. */
    public static Optional<DeadLetterHeaders> fromHeaders(Map<String, byte[]> headers) {
        Optional<String> topic = text(headers, TOPIC);
        Optional<String> partition = text(headers, PARTITION).filter(value -> value.matches("\\d{1,9}"));
        Optional<String> offset = text(headers, OFFSET).filter(DeadLetterHeaders::isNumber);
        Optional<ValueReference> reference = reference(headers);
        if (topic.isEmpty()
                || partition.isEmpty()
                || offset.isEmpty()
                || reference.isEmpty() && headers.containsKey(VALUE_BYTES)) {
            return Optional.empty();
        }
        return Optional.of(new DeadLetterHeaders(
                text(headers, REASON).orElse("unknown"),
                text(headers, CAUSE).orElse(""),
                topic.get(),
                Integer.parseInt(partition.get()),
                Long.parseLong(offset.get()),
                // Earlier versions did not say.
                text(headers, CONTENT)
                        .flatMap(LetterContent::of)
                        .filter(content -> content == LetterContent.WHOLE == reference.isEmpty())
                        .orElse(reference.isEmpty() ? LetterContent.WHOLE : LetterContent.HEAD),
                reference));
    }

    private static Optional<ValueReference> reference(Map<String, byte[]> headers) {
        return text(headers, VALUE_BYTES)
                .filter(DeadLetterHeaders::isNumber)
                .map(Long::parseLong)
                .flatMap(bytes -> text(headers, VALUE_SHA256).map(sha256 -> new ValueReference(bytes, sha256)));
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,18}");
    }

    private static Optional<String> text(Map<String, byte[]> headers, String name) {
        return Optional.ofNullable(headers.get(name)).map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
