package dev.slicer.kafka.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class KafkaEventsTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private final KafkaEvents events = new KafkaEvents(
            URI.create("/slicer/test"), Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC));
    private final DocumentEvent document = new DocumentEvent("sw-1", "Nairobi 🌍", Optional.of("sw"), List.of());

    @Test
    void shouldReadWhatItWrote() {
        // When
        ProducerRecord<byte[], byte[]> written = events.write("documents", document);

        // Then
        assertThat(KafkaEvents.read(received(written), DocumentEvent.class)).isEqualTo(document);
        assertThat(written.key()).isEqualTo("sw-1".getBytes(StandardCharsets.UTF_8));
        assertThat(text(written.headers()))
                .containsEntry("ce_type", "dev.slicer.document-event.v1")
                .containsEntry("ce_source", "/slicer/test")
                .containsEntry("ce_subject", "sw-1");
    }

    @Test
    void shouldCarryTraceAndOwnHeadersButNotTheContextOfTheCause() {
        // Given
        ProducerRecord<byte[], byte[]> cause = events.write("documents", document);
        cause.headers().add("traceparent", TRACE.getBytes(StandardCharsets.UTF_8));
        cause.headers().add("tenant", "blue".getBytes(StandardCharsets.UTF_8));
        cause.headers().add("dead-letter-reason", "not_json".getBytes(StandardCharsets.UTF_8));
        LabelledDocument effect = new LabelledDocument("sw-1", "sample", "sw", List.of("Nairobi"), List.of("B-LOC"));

        // When
        Headers headers = events.write("labelled", effect, received(cause)).headers();

        // Then
        assertThat(text(headers))
                .containsEntry("traceparent", TRACE)
                .containsEntry("tenant", "blue")
                .containsEntry("ce_type", "dev.slicer.labelled-document.v1")
                .doesNotContainKey("dead-letter-reason");
        assertThat(headers.headers("ce_id")).hasSize(1);
        assertThat(headers.headers("traceparent")).hasSize(1);
    }

    @Test
    void shouldCarryHeadersAsTheyCameWhateverBytesTheyAre() {
        // Given: no UTF-8, no value, and one name twice
        byte[] broken = {(byte) 0xff};
        ProducerRecord<byte[], byte[]> cause = events.write("documents", document);
        cause.headers().add("traceparent", broken).add("tracestate", null).add("baggage", broken);
        cause.headers().add("via", new byte[] {1}).add("via", new byte[] {2});
        LabelledDocument effect = new LabelledDocument("sw-1", "sample", "sw", List.of("Nairobi"), List.of("B-LOC"));

        // When
        Headers headers = events.write("labelled", effect, received(cause)).headers();

        // Then
        assertThat(headers.lastHeader("traceparent").value()).isEqualTo(broken);
        assertThat(headers.lastHeader("tracestate").value()).isNull();
        assertThat(headers.lastHeader("baggage").value()).isEqualTo(broken);
        assertThat(headers.headers("via"))
                .extracting(header -> header.value()[0])
                .containsExactly((byte) 1, (byte) 2);
    }

    @Test
    void shouldRefuseEventOfAnotherType() {
        // Given
        ConsumerRecord<byte[], byte[]> record = received(events.write("documents", document));

        // When / Then
        assertThatThrownBy(() -> KafkaEvents.read(record, LabelledDocument.class))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("ce_type must be dev.slicer.labelled-document.v1");
    }

    @Test
    void shouldCarryOfManyHeadersThoseThatFit() {
        // Given: 64 KiB are carried, whichever comes first
        ProducerRecord<byte[], byte[]> cause = events.write("documents", document);
        cause.headers().add("huge", new byte[1_000_000]).add("half", new byte[40_000]);
        cause.headers().add("more", new byte[40_000]).add("traceparent", TRACE.getBytes(StandardCharsets.UTF_8));

        // When
        ProducerRecord<byte[], byte[]> effect = events.write("documents", document, received(cause));

        // Then
        assertThat(text(effect.headers()).keySet())
                .contains("half", "traceparent", "ce_id")
                .doesNotContain("huge", "more");
    }

    private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent) {
        return new ConsumerRecord<>(
                sent.topic(),
                2,
                17,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                sent.key(),
                sent.value(),
                new RecordHeaders(sent.headers().toArray()),
                Optional.empty());
    }

    private static Map<String, String> text(Headers headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .collect(Collectors.toMap(
                        header -> header.key(), header -> new String(header.value(), StandardCharsets.UTF_8)));
    }
}
