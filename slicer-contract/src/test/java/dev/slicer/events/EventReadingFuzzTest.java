package dev.slicer.events;

import dev.slicer.events.envelope.DeadLetterHeaders;
import dev.slicer.events.envelope.EventMessage;
import dev.slicer.fuzzing.Fuzz;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others send, as JSON, as records and as sweeps: it is read or refused, whatever it is. */
class EventReadingFuzzTest {
    static Stream<Class<?>> events() {
        return Arrays.stream(Event.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("events")
    void shouldReadOrRefuseJsonOfEachEvent(Class<?> event) {
        Fuzz.run(1, List.of(golden(event)), Set.of(InvalidEventException.class), json -> EventJson.read(json, event));
    }

    @Test
    void shouldReadOrRefuseRecordsInAllTheirForms() {
        byte[] document = golden(DocumentEvent.class);
        byte[] structured =
                ("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"dev.slicer.document-event.v1\","
                                + "\"time\":\"2026-03-01T12:00:00Z\",\"datacontenttype\":\"application/json\",\"data\":"
                                + new String(document, StandardCharsets.UTF_8) + "}")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] withSchema = ("\u0000\u0000\u0000\u0000\u0007" + new String(document, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        Fuzz.run(
                2,
                List.of(document, structured, withSchema),
                Set.of(InvalidEventException.class),
                EventReadingFuzzTest::readRecord);
    }

    /** The value's first bytes are headers as well. */
    private static void readRecord(byte[] bytes) {
        byte[] header = Arrays.copyOf(bytes, Math.min(bytes.length, 40));
        DeadLetterHeaders.fromHeaders(
                Map.of("dead-letter-topic", header, "dead-letter-partition", header, "dead-letter-offset", header));
        for (Map<String, byte[]> headers : List.of(
                Map.<String, byte[]>of(),
                Map.of("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8)),
                Map.of("content-type", header),
                Map.of(
                        "ce_specversion",
                        "1.0".getBytes(StandardCharsets.UTF_8),
                        "ce_source",
                        header,
                        "ce_id",
                        header))) {
            try {
                new EventMessage(headers, bytes).read(DocumentEvent.class);
            } catch (InvalidEventException refused) {
                continue;
            }
        }
    }

    @Test
    void shouldReadOrRefuseSweeps() {
        byte[] yaml = """
                name: grid
                sources: {en: [sample:en.train], all: [sample:en.train, sample:sw.train]}
                h: [4, standard]
                learningRate: [2e-5]
                seeds: [42, 43]
                hyperparameters: {maxSteps: 3}
                averageRuns: true
                labelMap: {DATE: O}
                benchmark: {name: places, test: {sw: places.conll}}
                attentionOn: [sample:sw.test]
                """.getBytes(StandardCharsets.UTF_8);
        for (SweepFormat format : SweepFormat.values()) {
            Fuzz.run(
                    3,
                    List.of(yaml),
                    Set.of(InvalidEventException.class),
                    text -> format.read(text).jobs());
        }
    }

    private static byte[] golden(Class<?> event) {
        String name = event.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        try (InputStream golden = EventReadingFuzzTest.class.getResourceAsStream("/events/" + name + ".json")) {
            return golden.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
