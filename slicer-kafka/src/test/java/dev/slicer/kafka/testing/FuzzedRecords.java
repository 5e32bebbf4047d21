package dev.slicer.kafka.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slicer.events.Event;
import dev.slicer.events.envelope.CloudEvent;
import dev.slicer.json.Json;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * Records as services write them with one to three things wrong, at any depth of the value or in key, headers and bytes. By
 * chance; what is wrong may be harmless, and the same seed gives the same records.
 */
public final class FuzzedRecords {
    private static final int DEEPEST_PLACE = 10;
    /** Stands for arrays in arrays, more than can be written in the usual way. */
    private static final String DEEP = "@deep";

    private static final int LEVELS = 1200;
    private static final int MANY = 3000;
    private static final int LONG = 70_000;
    /** Half surrogate pairs can be written as escapes alone. */
    private static final ObjectWriter JSON =
            Json.mapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());

    private static final List<Supplier<JsonNode>> STRANGE = List.of(
            NullNode::getInstance,
            () -> BooleanNode.TRUE,
            () -> IntNode.valueOf(-1),
            () -> IntNode.valueOf(0),
            () -> IntNode.valueOf(Integer.MAX_VALUE),
            () -> LongNode.valueOf(Integer.MAX_VALUE + 1L),
            () -> LongNode.valueOf(Long.MAX_VALUE),
            () -> LongNode.valueOf(Long.MIN_VALUE),
            () -> DoubleNode.valueOf(-0.5),
            () -> DoubleNode.valueOf(1.5),
            () -> DecimalNode.valueOf(new BigDecimal("1e400")),
            () -> DecimalNode.valueOf(new BigDecimal("-1e-400")),
            () -> DecimalNode.valueOf(new BigDecimal("1e999999999")),
            () -> TextNode.valueOf(""),
            () -> TextNode.valueOf(" \t"),
            () -> TextNode.valueOf("NaN"),
            () -> TextNode.valueOf("-Infinity"),
            () -> TextNode.valueOf("../../etc/passwd"),
            () -> TextNode.valueOf("a/b"),
            () -> TextNode.valueOf("a\n-b\u0000"),
            () -> TextNode.valueOf("\ud83d"),
            () -> TextNode.valueOf("\udf0d\ud83c"),
            () -> TextNode.valueOf("+1000000000-12-31T23:59:59.999999999Z"),
            () -> TextNode.valueOf("-999999999-01-01T00:00:00Z"),
            () -> TextNode.valueOf("x".repeat(LONG)),
            () -> Json.mapper().createObjectNode(),
            () -> Json.mapper().createObjectNode().putNull("a"),
            () -> Json.mapper().createObjectNode().put("", 1),
            () -> Json.mapper().createObjectNode().put("a", "b"),
            () -> Json.mapper().createArrayNode(),
            () -> Json.mapper().createArrayNode().addNull(),
            () -> Json.mapper().createArrayNode().add("a").addNull().add(1),
            () -> TextNode.valueOf(DEEP),
            FuzzedRecords::huge);

    private static final List<String> HEADERS = List.of(
            "ce_specversion",
            "ce_id",
            "ce_type",
            "ce_source",
            "ce_time",
            "ce_subject",
            "content-type",
            "traceparent",
            "origin-partition",
            "origin-offset",
            "other");

    private static final List<String> HEADER_VALUES = List.of(
            "",
            "1.0",
            "0.3",
            "dev.slicer.document-event.v2",
            "a b",
            "yesterday",
            "application/cloudevents+json",
            "application/cloudevents-batch+json",
            "application/json; charset=utf-16",
            "-1",
            "99999999999999999999");

    private final Random random;
    private long offset;

    public FuzzedRecords(long seed) {
        random = new Random(seed);
    }

    /** As it is read, at a place of its own. */
    public ConsumerRecord<byte[], byte[]> read(String topic, Event valid) {
        ProducerRecord<byte[], byte[]> record = written(topic, valid);
        return new ConsumerRecord<>(
                topic,
                0,
                offset++,
                Instant.parse("2026-03-01T12:00:00Z").toEpochMilli() + offset,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    public ProducerRecord<byte[], byte[]> written(String topic, Event valid) {
        JsonNode value = Json.mapper().valueToTree(valid);
        Headers headers = new RecordHeaders();
        CloudEvent.of(valid, URI.create("/fuzzed"), Instant.EPOCH, Map.of())
                .toHeaders()
                .forEach(headers::add);
        byte[] key = valid.key().getBytes(StandardCharsets.UTF_8);
        byte[] bytes = null;
        for (int wrong = random.nextInt(3); wrong >= 0; wrong--) {
            switch (random.nextInt(10)) {
                case 0 -> spoil(headers);
                case 1 -> key = random.nextBoolean() ? null : noise();
                case 2 -> bytes = spoil(bytes(value));
                default -> value = spoil(value);
            }
        }
        boolean isTombstone = random.nextInt(50) == 0;
        return new ProducerRecord<>(
                topic, null, key, isTombstone ? null : bytes == null ? bytes(value) : bytes, headers);
    }

    private void spoil(Headers headers) {
        String name = pick(HEADERS);
        headers.remove(name);
        switch (random.nextInt(4)) {
            case 0 -> headers.add(name, null);
            case 1 -> headers.add(name, noise());
            case 2 -> headers.add(name, pick(HEADER_VALUES).getBytes(StandardCharsets.UTF_8));
            default -> {
                // It is missing.
            }
        }
    }

    private byte[] spoil(byte[] value) {
        byte[] copy = value.clone();
        return switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(copy, random.nextInt(copy.length));
            case 1 -> {
                copy[random.nextInt(copy.length)] = (byte) random.nextInt();
                yield copy;
            }
            case 2 -> noise();
            case 3 ->
                ("\u0000\u0000\u0000\u0000\u0007" + new String(copy, StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8);
            default -> new String(copy, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE);
        };
    }

    /** Changes one node, those deep inside as likely as those outside. */
    private JsonNode spoil(JsonNode value) {
        List<Runnable> places = new ArrayList<>();
        collect(value, places, DEEPEST_PLACE);
        if (places.isEmpty()) {
            return strange();
        }
        pick(places).run();
        return value;
    }

    private void collect(JsonNode node, List<Runnable> places, int levels) {
        if (levels == 0) {
            return;
        }
        if (node instanceof ObjectNode object) {
            object.fieldNames().forEachRemaining(name -> {
                places.add(() -> change(object, name));
                collect(object.get(name), places, levels - 1);
            });
            places.add(() -> object.set(pick(List.of("unknown", "", "PER")), strange()));
        } else if (node instanceof ArrayNode array) {
            IntStream.range(0, Math.min(array.size(), 20)).forEach(i -> {
                places.add(() -> change(array, i));
                collect(array.get(i), places, levels - 1);
            });
            places.add(() -> array.add(strange()));
        }
    }

    private void change(ObjectNode object, String name) {
        if (random.nextInt(4) == 0) {
            object.remove(name);
        } else {
            object.set(name, strange());
        }
    }

    private void change(ArrayNode array, int index) {
        switch (random.nextInt(4)) {
            case 0 -> array.remove(index);
            case 1 -> array.add(array.get(index));
            default -> array.set(index, strange());
        }
    }

    private JsonNode strange() {
        return pick(STRANGE).get();
    }

    private static JsonNode huge() {
        ArrayNode array = Json.mapper().createArrayNode();
        IntStream.range(0, MANY).forEach(array::add);
        return array;
    }

    private static byte[] bytes(JsonNode value) {
        try {
            return JSON.writeValueAsString(value)
                    .replace('"' + DEEP + '"', "[".repeat(LEVELS) + "]".repeat(LEVELS))
                    .getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] noise() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
