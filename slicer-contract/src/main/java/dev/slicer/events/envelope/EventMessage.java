package dev.slicer.events.envelope;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.events.Require;
import dev.slicer.events.TextEncoding;
import dev.slicer.json.Json;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * An event as a record of a topic carries it, in any of the forms that senders have for JSON: alone, with CloudEvents'
 * context in the headers (binary mode) or around it (structured mode), and behind the schema id of Confluent's serializers.
 * All who take events from topics read them with this.
 *
 * @param headers by name; of several of a name the last
 * @param value null in a tombstone
 */
public record EventMessage(Map<String, byte[]> headers, byte[] value) {
    /** A byte of 0 and four of the schema's id. */
    private static final int SCHEMA_ID_BYTES = 5;

    /**
     * CloudEvents headers may be absent; those that are there must fit.
     *
     * @throws InvalidEventException saying what is wrong, and where
     */
    public <T extends Event> T read(Class<T> type) {
        if (CloudEvent.isStructured(headers)) {
            JsonNode envelope = json(JsonNode.class);
            byte[] data = CloudEvent.data(envelope, type);
            try {
                return whole(EventJson.read(data, type), data);
            } catch (InvalidEventException e) {
                throw new InvalidEventException(e.reason(), "data: " + e.getMessage(), e);
            }
        }
        CloudEvent.requireFit(headers, type);
        return whole(json(type), value);
    }

    private <T> T json(Class<T> type) {
        if (value == null || value.length == 0 || value[0] != 0) {
            return EventJson.read(value, type);
        }
        if (value.length < SCHEMA_ID_BYTES || TextEncoding.otherThanUtf8(value).isPresent()) {
            return EventJson.read(value, type);
        }
        String beginning = "the value begins with Confluent's schema id "
                + Integer.toUnsignedString(
                        ByteBuffer.wrap(value, 1, Integer.BYTES).getInt());
        byte[] payload = Arrays.copyOfRange(value, SCHEMA_ID_BYTES, value.length);
        if (!isObject(payload)) {
            throw new InvalidEventException(
                    Reason.NOT_JSON,
                    beginning + ", and what follows is not JSON: JSON Schema is taken, Avro and Protobuf are not");
        }
        try {
            return EventJson.read(payload, type);
        } catch (InvalidEventException e) {
            throw e.reason() == Reason.NOT_JSON
                    ? new InvalidEventException(
                            Reason.NOT_JSON, beginning + ", and what follows is " + e.getMessage(), e)
                    : e;
        }
    }

    private static boolean isObject(byte[] payload) {
        int first = 0;
        while (first < payload.length && " \t\r\n".indexOf(payload[first]) >= 0) {
            first++;
        }
        return first < payload.length && payload[first] == '{';
    }

    /** Half a surrogate pair can be written in JSON's escapes, but nobody could pass it on in UTF-8. */
    private static <T> T whole(T event, byte[] json) {
        if (!mentionsSurrogates(json)) {
            return event;
        }
        try {
            // Those of fields that nobody reads are of no matter.
            Require.wellFormed("the value", Json.mapper().writeValueAsString(event));
            return event;
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw new InvalidEventException(Reason.INVALID_VALUE, "a text has half a surrogate pair");
        }
    }

    /** Whether it may have an escape of D800 to DFFF. */
    private static boolean mentionsSurrogates(byte[] json) {
        for (int i = 0; i + 2 < json.length; i++) {
            if (json[i] == '\\' && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd') {
                return true;
            }
        }
        return false;
    }
}
