package dev.slicer.evaluator.join;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Where a labelled document lay, and under which key, before it was sorted by the id under which it is tagged. */
final class OriginHeaders {
    private static final String PARTITION = "origin-partition";
    private static final String OFFSET = "origin-offset";
    private static final String KEY = "origin-key";

    private OriginHeaders() {}

    static Headers toHeaders(ConsumerRecord<byte[], byte[]> record) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        set(headers, PARTITION, text(record.partition()));
        set(headers, OFFSET, text(record.offset()));
        if (record.key() != null) {
            set(headers, KEY, record.key());
        }
        return headers;
    }

    /**
     * The record as it lay in the topic of labelled documents.
     *
     * @throws InvalidEventException where it does not say where
     */
    static ConsumerRecord<byte[], byte[]> restored(String topic, ConsumerRecord<byte[], byte[]> sorted) {
        Headers headers = new RecordHeaders(sorted.headers().toArray());
        int partition = Math.toIntExact(number(headers, PARTITION, 9));
        long offset = number(headers, OFFSET, 18);
        byte[] key =
                Optional.ofNullable(headers.lastHeader(KEY)).map(Header::value).orElse(null);
        headers.remove(PARTITION).remove(OFFSET).remove(KEY);
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                sorted.timestamp(),
                sorted.timestampType(),
                -1,
                -1,
                key,
                sorted.value(),
                headers,
                Optional.empty());
    }

    private static void set(Headers headers, String name, byte[] value) {
        headers.remove(name).add(name, value);
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private static long number(Headers headers, String name, int mostDigits) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.US_ASCII))
                .filter(digits -> digits.matches("\\d{1," + mostDigits + "}"))
                .map(Long::parseLong)
                .orElseThrow(() -> new InvalidEventException(
                        Reason.INVALID_HEADER, name + " is missing or no number: no evaluator has written this"));
    }
}
