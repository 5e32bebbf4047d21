package dev.slicer.service;

import dev.slicer.events.CloudEvent;
import dev.slicer.events.DeadLetterHeaders;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.EventMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Events as Kafka records: JSON in the value, CloudEvents in the headers, bytes on the wire.
 *
 * @param source the service that writes, as {@code /slicer/trainer-service}
 */
public record KafkaEvents(URI source, Clock clock) {
    /** A record of a new event that nothing caused. */
    public ProducerRecord<byte[], byte[]> write(String topic, Event event) {
        return write(topic, event, new RecordHeaders());
    }

    /** A record of an event that another record caused: its trace context and the sender's own headers go along as they are. */
    public ProducerRecord<byte[], byte[]> write(String topic, Event event, ConsumerRecord<?, ?> cause) {
        return write(topic, event, cause.headers());
    }

    private ProducerRecord<byte[], byte[]> write(String topic, Event event, Headers carried) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : carried) {
            if (!CloudEvent.isContext(header.key()) && !DeadLetterHeaders.include(header.key())) {
                headers.add(header);
            }
        }
        CloudEvent.of(event, source, clock.instant(), Map.of()).toHeaders().forEach(headers::add);
        return new ProducerRecord<>(
                topic, null, null, event.key().getBytes(StandardCharsets.UTF_8), EventJson.write(event), headers);
    }

    /**
     * The event in a record, in any of the forms that {@link EventMessage} reads.
     *
     * @throws dev.slicer.events.InvalidEventException saying what is wrong
     */
    public static <T extends Event> T read(ConsumerRecord<?, byte[]> record, Class<T> type) {
        return new EventMessage(bytes(record.headers()), record.value()).read(type);
    }

    /**
     * A record as it came, with headers that say why it could not be used and where it lay.
     *
     * @param cause what is wrong, for people
     */
    public static ProducerRecord<byte[], byte[]> deadLetter(
            String topic, ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String cause) {
        RecordHeaders headers = new RecordHeaders(record.headers().toArray());
        new DeadLetterHeaders(reason.label(), cause, record.topic(), record.partition(), record.offset())
                .toHeaders()
                .forEach((name, value) -> headers.remove(name).add(name, value));
        return new ProducerRecord<>(topic, null, null, record.key(), record.value(), headers);
    }

    /** The last header of each name counts, as in Kafka's own {@code lastHeader}. */
    private static Map<String, byte[]> bytes(Headers headers) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        headers.forEach(header -> bytes.put(header.key(), header.value()));
        return bytes;
    }
}
