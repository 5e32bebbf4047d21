package dev.slicer.events.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CloudEventTest {
    private static final LabelledDocument EVENT =
            new LabelledDocument("doc-1", "sample", "sw", List.of("Nyeri"), List.of("B-LOC"));
    private static final CloudEvent CONTEXT = CloudEvent.of(
            EVENT,
            URI.create("/slicer/evaluator"),
            Instant.parse("2026-03-01T12:00:00Z"),
            Map.of("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));

    @Test
    void shouldWriteTheHeadersOfBinaryMode() {
        // When
        Map<String, String> headers = CONTEXT.toHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, header -> new String(header.getValue(), StandardCharsets.UTF_8)));

        // Then: CloudEvents 1.0.2, Kafka Protocol Binding, section 3.2
        assertThat(headers)
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", CONTEXT.id())
                .containsEntry("ce_type", "dev.slicer.labelled-document.v1")
                .containsEntry("ce_source", "/slicer/evaluator")
                .containsEntry("ce_time", "2026-03-01T12:00:00Z")
                .containsEntry("ce_subject", "doc-1")
                .containsEntry("content-type", "application/json")
                .containsEntry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .hasSize(8);
    }

    @Test
    void shouldReadWhatItWrote() {
        // When / Then
        assertThat(CloudEvent.fromHeaders(CONTEXT.toHeaders())).isEqualTo(Optional.of(CONTEXT));
    }

    @Test
    void shouldAcceptRecordsWithoutCloudEventHeaders() {
        // When / Then
        assertThat(CloudEvent.fromHeaders(Map.of("other", new byte[] {1}))).isEmpty();
    }

    @Test
    void shouldNameTheHeaderThatBreaksTheSpecification() {
        // Given
        Map<String, String> broken = Map.of(
                "ce_specversion", "0.3",
                "ce_id", "",
                "ce_time", "yesterday",
                "ce_source", "a b",
                "content-type", "application/avro");

        // When / Then
        broken.forEach((name, value) -> {
            Map<String, byte[]> headers = new HashMap<>(CONTEXT.toHeaders());
            headers.put(name, value.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> CloudEvent.fromHeaders(headers))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining(name);
        });
        assertThatThrownBy(() -> CloudEvent.requireFit(CONTEXT.toHeaders(), DocumentEvent.class))
                .hasMessage("ce_type must be dev.slicer.document-event.v1");
    }

    @Test
    void shouldTakeAnEventWhoseTraceCannotBeRead() {
        // Given
        Map<String, byte[]> headers = new HashMap<>(CONTEXT.toHeaders());
        headers.put("traceparent", new byte[] {(byte) 0xff});

        // When and then
        assertThat(CloudEvent.fromHeaders(headers).orElseThrow().trace()).isEmpty();
    }
}
