package dev.slicer.events.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An event's context as headers of a Kafka record: CloudEvents 1.0, Kafka protocol binding, binary mode. Events in
 * structured mode, whose context is around them, are read and not written.
 *
 * @param id with {@code source} names this event among all
 * @param type as {@link Event#typeOf}
 * @param source the service that wrote it
 * @param subject the event's key
 * @param trace W3C trace context headers ({@code traceparent}, {@code tracestate}) handed on as they came
 */
public record CloudEvent(
        String id,
        String type,
        URI source,
        Optional<Instant> time,
        Optional<String> subject,
        Map<String, String> trace) {
    private static final String SPEC_VERSION = "ce_specversion";
    private static final String ID = "ce_id";
    private static final String TYPE = "ce_type";
    private static final String SOURCE = "ce_source";
    private static final String TIME = "ce_time";
    private static final String SUBJECT = "ce_subject";
    private static final String CONTENT_TYPE = "content-type";
    private static final String STRUCTURED = "application/cloudevents+json";

    public CloudEvent {
        trace = Map.copyOf(trace);
    }

    /** Whether a header tells an event's own context, which no other event takes over. */
    public static boolean isContext(String header) {
        return header.startsWith("ce_") || header.equals(CONTENT_TYPE);
    }

    /** The context of a new event. */
    public static CloudEvent of(Event event, URI source, Instant time, Map<String, String> trace) {
        return new CloudEvent(
                UUID.randomUUID().toString(),
                Event.typeOf(event.getClass()),
                source,
                Optional.of(time),
                Optional.of(event.key()),
                trace);
    }

    public Map<String, byte[]> toHeaders() {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        put(headers, SPEC_VERSION, "1.0");
        put(headers, ID, id);
        put(headers, TYPE, type);
        put(headers, SOURCE, source.toString());
        time.ifPresent(at -> put(headers, TIME, at.toString()));
        subject.ifPresent(of -> put(headers, SUBJECT, of));
        put(headers, CONTENT_TYPE, "application/json");
        for (String name : new String[] {"traceparent", "tracestate"}) {
            Optional.ofNullable(trace.get(name)).ifPresent(value -> put(headers, name, value));
        }
        return headers;
    }

    /**
     * The context that headers carry; empty where the record has no CloudEvents headers at all, as one typed in by hand.
     *
     * @throws InvalidEventException where they break the specification
     */
    public static Optional<CloudEvent> fromHeaders(Map<String, byte[]> headers) {
        Optional<String> version = text(headers, SPEC_VERSION);
        if (version.isEmpty()) {
            return Optional.empty();
        }
        requireVersion(SPEC_VERSION, version.get());
        text(headers, CONTENT_TYPE).ifPresent(contentType -> requireJson(CONTENT_TYPE, contentType));
        return Optional.of(new CloudEvent(
                required(headers, ID),
                required(headers, TYPE),
                source(SOURCE, required(headers, SOURCE)),
                text(headers, TIME).map(time -> time(TIME, time)),
                text(headers, SUBJECT),
                trace(headers)));
    }

    /**
     * Checks what headers say of an event in the value. A record whose headers lack the version of the specification is not
     * a CloudEvent, but the type that it announces counts.
     *
     * @throws InvalidEventException where they break the specification or announce another type of event
     */
    static void requireFit(Map<String, byte[]> headers, Class<? extends Event> event) {
        fromHeaders(headers)
                .map(CloudEvent::type)
                .or(() -> text(headers, TYPE))
                .ifPresent(type -> requireType(TYPE, type, event));
    }

    /**
     * Whether the value has the event's context too: structured mode, as JSON.
     *
     * @throws InvalidEventException for structured mode in another form, and for several events in one record
     */
    static boolean isStructured(Map<String, byte[]> headers) {
        Optional<String> contentType = text(headers, CONTENT_TYPE);
        Optional<MediaType> media = contentType.map(MediaType::parse).filter(MediaType::isOfCloudEvents);
        if (media.isEmpty()) {
            return false;
        }
        if (media.get().name().startsWith("application/cloudevents-batch")) {
            throw invalid(
                    CONTENT_TYPE + " is that of batches, which are not taken; each event needs a record of its own");
        }
        if (!media.get().name().equals(STRUCTURED)) {
            throw invalid(CONTENT_TYPE + ": structured mode is taken as JSON, " + STRUCTURED);
        }
        requireUtf8(CONTENT_TYPE, media.get());
        return true;
    }

    /**
     * The data of an event in structured mode, by CloudEvents' JSON format 1.0.
     *
     * @return JSON
     * @throws InvalidEventException where the context breaks the specification or is of another type of event, or there is
     *     no data
     */
    static byte[] data(JsonNode envelope, Class<? extends Event> event) {
        if (!envelope.isObject()) {
            throw new InvalidEventException(
                    Reason.WRONG_TYPE, "an event in structured mode is a JSON object, got " + nameOf(envelope));
        }
        requireVersion("specversion", required(envelope, "specversion"));
        required(envelope, "id");
        source("source", required(envelope, "source"));
        attribute(envelope, "time").ifPresent(time -> time("time", time));
        attribute(envelope, "datacontenttype").ifPresent(type -> requireJson("datacontenttype", type));
        requireType("type", required(envelope, "type"), event);
        JsonNode data = envelope.path("data");
        Optional<String> base64 = attribute(envelope, "data_base64");
        boolean hasData = !data.isMissingNode() && !data.isNull();
        if (hasData == base64.isPresent()) {
            throw new InvalidEventException(
                    Reason.INVALID_VALUE, hasData ? "there are data and data_base64" : "data is missing");
        }
        return base64.map(CloudEvent::decoded).orElseGet(() -> EventJson.write(data));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException(Reason.INVALID_VALUE, "data_base64 is not Base64");
        }
    }

    private static Optional<String> attribute(JsonNode envelope, String name) {
        JsonNode value = envelope.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw invalid(name + " must be a string, got " + nameOf(value));
        }
        return Optional.of(value.textValue());
    }

    private static String nameOf(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static String required(JsonNode envelope, String name) {
        return attribute(envelope, name)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> invalid(name + " is missing, which an event in structured mode has"));
    }

    private static void requireVersion(String name, String version) {
        if (!version.equals("1.0")) {
            throw invalid(name + " must be 1.0");
        }
    }

    private static void requireJson(String name, String contentType) {
        MediaType media = MediaType.parse(contentType);
        if (!media.isJson()) {
            throw invalid(name + " must be application/json");
        }
        requireUtf8(name, media);
    }

    private static void requireUtf8(String name, MediaType media) {
        if (!media.isUtf8()) {
            throw invalid(name + " must have the charset utf-8");
        }
    }

    private static void requireType(String name, String type, Class<? extends Event> event) {
        if (!type.equals(Event.typeOf(event))) {
            throw invalid(name + " must be " + Event.typeOf(event));
        }
    }

    /** The W3C trace context among headers, whether or not they are a CloudEvent's. */
    private static Map<String, String> trace(Map<String, byte[]> headers) {
        Map<String, String> trace = new LinkedHashMap<>();
        for (String name : new String[] {"traceparent", "tracestate"}) {
            try {
                text(headers, name).ifPresent(value -> trace.put(name, value));
            } catch (InvalidEventException e) {
                // W3C Trace Context: who cannot parse a traceparent goes on without it.
                continue;
            }
        }
        return trace;
    }

    private static String required(Map<String, byte[]> headers, String name) {
        return text(headers, name).filter(value -> !value.isBlank()).orElseThrow(() -> invalid(name + " is missing"));
    }

    private static URI source(String name, String value) {
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw invalid(name + " must be a URI");
        }
    }

    private static Instant time(String name, String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw invalid(name + " must be an RFC 3339 time");
        }
    }

    private static Optional<String> text(Map<String, byte[]> headers, String name) {
        byte[] value = headers.get(name);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString());
        } catch (CharacterCodingException e) {
            throw invalid("header " + name + " is not UTF-8");
        }
    }

    private static void put(Map<String, byte[]> headers, String name, String value) {
        headers.put(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static InvalidEventException invalid(String message) {
        return new InvalidEventException(Reason.INVALID_HEADER, message);
    }
}
