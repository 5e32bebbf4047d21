package dev.slicer.events;

import dev.slicer.events.InvalidEventException.Reason;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An event's context as headers of a Kafka record: CloudEvents 1.0, Kafka protocol binding, binary mode.
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
        if (!version.get().equals("1.0")) {
            throw invalid(SPEC_VERSION + " must be 1.0, got \"" + version.get() + "\"");
        }
        text(headers, CONTENT_TYPE).ifPresent(contentType -> {
            if (!contentType.startsWith("application/json")) {
                throw invalid(CONTENT_TYPE + " must be application/json, got \"" + contentType + "\"");
            }
        });
        return Optional.of(new CloudEvent(
                required(headers, ID),
                required(headers, TYPE),
                source(required(headers, SOURCE)),
                text(headers, TIME).map(CloudEvent::time),
                text(headers, SUBJECT),
                trace(headers)));
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

    /** @throws InvalidEventException where the headers announce another type of event than {@code event} */
    public void requireType(Class<? extends Event> event) {
        if (!type.equals(Event.typeOf(event))) {
            throw invalid(TYPE + " must be " + Event.typeOf(event) + ", got \"" + type + "\"");
        }
    }

    private static String required(Map<String, byte[]> headers, String name) {
        return text(headers, name).filter(value -> !value.isBlank()).orElseThrow(() -> invalid(name + " is missing"));
    }

    private static URI source(String value) {
        try {
            return URI.create(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException(Reason.INVALID_HEADER, SOURCE + " must be a URI, got \"" + value + "\"", e);
        }
    }

    private static Instant time(String value) {
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidEventException(
                    Reason.INVALID_HEADER, TIME + " must be an RFC 3339 time, got \"" + value + "\"", e);
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
            throw new InvalidEventException(Reason.INVALID_HEADER, "header " + name + " is not UTF-8", e);
        }
    }

    private static void put(Map<String, byte[]> headers, String name, String value) {
        headers.put(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static InvalidEventException invalid(String message) {
        return new InvalidEventException(Reason.INVALID_HEADER, message);
    }
}
