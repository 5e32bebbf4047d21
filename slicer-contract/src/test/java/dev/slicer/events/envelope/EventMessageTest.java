package dev.slicer.events.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventMessageTest {
    private static final String JSON = "{\"id\": \"s1\", \"text\": \"Angela Merkel wohnt in Berlin.\"}";
    private static final DocumentEvent DOCUMENT =
            new DocumentEvent("s1", "Angela Merkel wohnt in Berlin.", Optional.empty(), List.of());
    private static final String STRUCTURED = """
            {"specversion": "1.0", "id": "e1", "type": "dev.slicer.document-event.v1", "source": "/x", \
            "datacontenttype": "application/json", "data": DATA}""";

    @Test
    void shouldReadWhatConfluentsJsonSchemaSerializerWrites() {
        assertThat(read(Map.of(), confluent(7, bytes(JSON)))).isEqualTo(DOCUMENT);
        assertThat(read(Map.of(), confluent(1, bytes("  " + JSON)))).isEqualTo(DOCUMENT);
        assertThat(read(Map.of(), confluent(0x7b00, bytes(JSON)))).isEqualTo(DOCUMENT);
        assertThat(read(Map.of(), confluent(-1, bytes(JSON)))).isEqualTo(DOCUMENT);
    }

    @Test
    void shouldNameTheSchemaIdOfAvroAndProtobuf() {
        // Given: Avro's strings are behind their lengths, Protobuf's message is behind its index
        byte[] avro = confluent(300, new byte[] {4, 's', '1', 2, 'A'});
        byte[] protobuf = confluent(7, new byte[] {0, 10, 2, 's', '1'});

        // When and then
        refuses(
                Map.of(),
                avro,
                Reason.NOT_JSON,
                "the value begins with Confluent's schema id 300, and what follows is "
                        + "not JSON: JSON Schema is taken, Avro and Protobuf are not");
        refuses(Map.of(), protobuf, Reason.NOT_JSON, "the value begins with Confluent's schema id 7, and what follows");
        refuses(Map.of(), confluent(7, new byte[0]), Reason.NOT_JSON, "the value begins with Confluent's schema id 7");
        refuses(
                Map.of(),
                confluent(7, bytes("{\"id\": ")),
                Reason.NOT_JSON,
                "the value begins with Confluent's schema id 7, and what follows is not JSON: ");
        refuses(Map.of(), confluent(7, bytes("{\"id\": \"1\"}")), Reason.INVALID_VALUE, "text is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE", "UTF-32"})
    void shouldNameAnotherEncoding(String encoding) {
        // Given
        byte[] value = JSON.getBytes(Charset.forName(encoding));

        // When and then
        refuses(Map.of(), value, Reason.NOT_JSON, "not JSON in UTF-8: the value is " + encoding.substring(0, 6));
    }

    @Test
    void shouldSayWhereBytesOfNothingAre() {
        refuses(Map.of(), new byte[] {0, 0, 1}, Reason.NOT_JSON, "not JSON: byte 0 of the value is 0");
        refuses(Map.of(), new byte[] {'{', 0, 1, 1, 1}, Reason.NOT_JSON, "not JSON: byte 1 of the value is 0");
    }

    @Test
    void shouldReadUtf8BehindAByteOrderMark() {
        assertThat(read(Map.of(), bytes("\ufeff" + JSON))).isEqualTo(DOCUMENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/cloudevents+json",
                "Application/CloudEvents+JSON",
                "application/cloudevents+json; charset=utf-8",
                "application/cloudevents+json;charset=\"UTF-8\""
            })
    void shouldReadStructuredMode(String contentType) {
        // Given
        Map<String, byte[]> headers = headers("content-type", contentType);

        // When and then
        assertThat(read(headers, bytes(structured(JSON)))).isEqualTo(DOCUMENT);
    }

    @Test
    void shouldReadDataInBase64() {
        // Given
        String data = Base64.getEncoder().encodeToString(bytes(JSON));
        String event = structured("null, \"data_base64\": \"" + data + "\"");

        // When and then
        assertThat(read(inStructuredMode(), bytes(event))).isEqualTo(DOCUMENT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "1.0"             | "0.3"            | INVALID_HEADER | specversion must be 1.0
            "1.0"             | 1.0              | INVALID_HEADER | specversion must be a string, got number
            "e1"              | ""               | INVALID_HEADER | id is missing
            "id": "e1",       | ``               | INVALID_HEADER | id is missing
            "/x"              | "a b"            | INVALID_HEADER | source must be a URI
            "source": "/x"    | "s": "/x"        | INVALID_HEADER | source is missing
            document-event.v1 | trial-document.v1 | INVALID_HEADER | type must be dev.slicer.document-event.v1
            "application/json" | "text/plain"    | INVALID_HEADER | datacontenttype must be application/json
            "id": "e1"        | "id": "e1", "time": "noon" | INVALID_HEADER | time must be an RFC 3339 time
            "data":           | "date":          | INVALID_VALUE  | data is missing
            "data":           | "data_base64": "e30=", "data": | INVALID_VALUE | there are data and data_base64
            "text"            | "txt"            | INVALID_VALUE  | data: text is missing
            """)
    void shouldSayWhatIsWrongInStructuredMode(String right, String wrong, Reason reason, String message) {
        refuses(inStructuredMode(), bytes(structured(JSON).replace(right, wrong)), reason, message);
    }

    @Test
    void shouldRefuseBatchesAndOtherFormsByName() {
        refuses(
                headers("content-type", "application/cloudevents-batch+json"),
                bytes("[" + structured(JSON) + "]"),
                Reason.INVALID_HEADER,
                "content-type is that of batches, which are not taken; each event needs a record of its own");
        refuses(
                headers("content-type", "application/cloudevents+avro"),
                new byte[] {1},
                Reason.INVALID_HEADER,
                "content-type: structured mode is taken as JSON, application/cloudevents+json");
        refuses(
                headers("content-type", "application/cloudevents+json; charset=utf-16"),
                bytes(structured(JSON)),
                Reason.INVALID_HEADER,
                "content-type must have the charset utf-8");
        refuses(inStructuredMode(), bytes("[]"), Reason.WRONG_TYPE, "an event in structured mode is a JSON object");
        refuses(inStructuredMode(), bytes("{"), Reason.NOT_JSON, "not JSON");
        refuses(inStructuredMode(), null, Reason.NOT_JSON, "there is no value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "Application/JSON; charset=utf-8",
                "application/json;Charset=\"UTF8\"",
                "application/vnd.acme.document+json"
            })
    void shouldTakeMediaTypesWithoutCase(String contentType) {
        assertThat(read(inBinaryMode(contentType), bytes(JSON))).isEqualTo(DOCUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/jsonp", "text/plain", "application/avro", ""})
    void shouldRefuseAMediaTypeThatIsNotJson(String contentType) {
        refuses(inBinaryMode(contentType), bytes(JSON), Reason.INVALID_HEADER, "content-type must be application/json");
    }

    @Test
    void shouldRefuseACharsetThatIsNotUtf8() {
        refuses(
                inBinaryMode("application/json; charset=ISO-8859-1"),
                bytes(JSON),
                Reason.INVALID_HEADER,
                "content-type must have the charset utf-8");
    }

    @Test
    void shouldCheckTheTypeAlsoWithoutTheVersionOfTheSpecification() {
        // Given
        Map<String, byte[]> right = headers("ce_type", "dev.slicer.document-event.v1");
        Map<String, byte[]> wrong = headers("ce_type", "com.example.order");

        // When and then
        assertThat(read(right, bytes(JSON))).isEqualTo(DOCUMENT);
        refuses(wrong, bytes(JSON), Reason.INVALID_HEADER, "ce_type must be dev.slicer.document-event.v1");
    }

    @Test
    void shouldRefuseHalfASurrogatePairAnywhere() {
        // Given: one that is whole, and one in a field that the record itself does not look at
        String whole = "{\"checkpointId\":\"a\",\"kind\":\"REFUSED\",\"at\":\"2026-03-01T12:00:00Z\",\"by\":\"x\","
                + "\"reason\":\"\\ud83c\\udf0d\"}";

        // When and then
        assertThat(new EventMessage(Map.of(), bytes(whole))
                        .read(CheckpointEvent.class)
                        .reason())
                .contains("🌍");
        assertThatThrownBy(() ->
                        new EventMessage(Map.of(), bytes(whole.replace("\\udf0d", ""))).read(CheckpointEvent.class))
                .isInstanceOf(InvalidEventException.class)
                .hasMessage("a text has half a surrogate pair");
    }

    private static DocumentEvent read(Map<String, byte[]> headers, byte[] value) {
        return new EventMessage(headers, value).read(DocumentEvent.class);
    }

    private static void refuses(Map<String, byte[]> headers, byte[] value, Reason reason, String message) {
        assertThatThrownBy(() -> read(headers, value)).isInstanceOfSatisfying(InvalidEventException.class, e -> {
            assertThat(e.getMessage()).startsWith(message);
            assertThat(e.reason()).isEqualTo(reason);
        });
    }

    private static byte[] confluent(int schemaId, byte[] payload) {
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(0);
        for (int shift = 24; shift >= 0; shift -= 8) {
            value.write(schemaId >>> shift);
        }
        value.writeBytes(payload);
        return value.toByteArray();
    }

    private static String structured(String data) {
        return STRUCTURED.replace("DATA", data);
    }

    private static Map<String, byte[]> inStructuredMode() {
        return headers("content-type", "application/cloudevents+json");
    }

    private static Map<String, byte[]> inBinaryMode(String contentType) {
        Map<String, byte[]> headers = new HashMap<>(headers("content-type", contentType));
        headers.putAll(headers("ce_specversion", "1.0"));
        headers.putAll(headers("ce_id", "1"));
        headers.putAll(headers("ce_source", "/x"));
        headers.putAll(headers("ce_type", "dev.slicer.document-event.v1"));
        return headers;
    }

    private static Map<String, byte[]> headers(String name, String value) {
        return Map.of(name, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
