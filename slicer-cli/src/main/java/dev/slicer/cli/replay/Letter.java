package dev.slicer.cli.replay;

import dev.slicer.events.envelope.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** A dead letter on its topic, and what its headers say about the original record. */
record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetterHeaders was) {
    private static final String REPLAYED_FROM = "replayed-from";
    private static final String ATTEMPT = "replay-attempt";

    /** Empty where the headers do not say which record it was. */
    static Optional<Letter> of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return DeadLetterHeaders.fromHeaders(headers).map(was -> new Letter(record, was));
    }

    /** When it became a dead letter. */
    Instant time() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    String place() {
        return record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    /** How many times it was fed back before. */
    int attempts() {
        return attempts(record);
    }

    private static int attempts(ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(record.headers().lastHeader(ATTEMPT))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    String key() {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /**
     * The original record again, for its topic: key, value and headers, and which letter it was.
     *
     * @param original the record that the letter refers to; the letter itself where it holds the whole record
     */
    ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> original) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : original.headers()) {
            if (!DeadLetterHeaders.include(header.key())
                    && !header.key().equals(REPLAYED_FROM)
                    && !header.key().equals(ATTEMPT)) {
                headers.add(header);
            }
        }
        headers.add(REPLAYED_FROM, place().getBytes(StandardCharsets.UTF_8));
        headers.add(ATTEMPT, Integer.toString(attempts(original) + 1).getBytes(StandardCharsets.UTF_8));
        return new ProducerRecord<>(was.topic(), null, null, original.key(), original.value(), headers);
    }
}
