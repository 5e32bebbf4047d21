package dev.slicer.kafka.records;

import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.envelope.CloudEvent;
import dev.slicer.events.envelope.DeadLetterHeaders;
import dev.slicer.events.envelope.EventMessage;
import dev.slicer.events.envelope.RecordSize;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
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

    /**
     * A record of an event that another record caused: its trace context and the sender's own headers go along as they are,
     * as far as they fit into {@link RecordSize#MAX_FOREIGN_BYTES}.
     */
    public ProducerRecord<byte[], byte[]> write(String topic, Event event, ConsumerRecord<?, ?> cause) {
        return write(topic, event, cause.headers());
    }

    private ProducerRecord<byte[], byte[]> write(String topic, Event event, Headers carried) {
        RecordHeaders headers = RecordSizes.small(
                carried,
                name -> !CloudEvent.isContext(name) && !DeadLetterHeaders.include(name),
                RecordSize.MAX_FOREIGN_BYTES);
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

    /** The last header of each name counts, as in Kafka's own {@code lastHeader}. */
    private static Map<String, byte[]> bytes(Headers headers) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        headers.forEach(header -> bytes.put(header.key(), header.value()));
        return bytes;
    }
}
