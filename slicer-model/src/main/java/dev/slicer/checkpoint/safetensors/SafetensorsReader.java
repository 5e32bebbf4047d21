package dev.slicer.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileContent;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a safetensors file, its header at once and of its tensors the parts that are asked for, so that the heap does not bound the
 * file's size.
 *
 * <p>The layout: eight bytes with the header's length N (little-endian), N bytes of JSON naming each tensor's type,
 * shape and byte range, then the data. The ranges must cover the data without gap or overlap, as HuggingFace's own
 * reader demands.
 */
public final class SafetensorsReader implements AutoCloseable {
    /** The format's own limit, which keeps a damaged length from asking for gigabytes of heap. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    private static final String METADATA = "__metadata__";

    private final FileContent content;
    private final long dataStart;
    private final Map<String, Range> ranges;
    private final Map<String, String> metadata;

    private record Range(TensorType type, long[] shape, long begin, long end) {}

    private SafetensorsReader(FileContent content) {
        this.content = content;
        long fileBytes = content.size();
        if (fileBytes < Long.BYTES) {
            throw problem("not a safetensors file: only " + fileBytes + " bytes long");
        }
        long headerBytes = read(0, Long.BYTES).getLong();
        if (headerBytes < 2 || headerBytes > MAX_HEADER_BYTES || headerBytes > fileBytes - Long.BYTES) {
            throw problem("not a safetensors file: header length " + Long.toUnsignedString(headerBytes)
                    + " does not fit a file of " + fileBytes + " bytes");
        }
        dataStart = Long.BYTES + headerBytes;
        JsonNode header = parse(read(Long.BYTES, (int) headerBytes).array());
        metadata = metadata(header.path(METADATA));
        ranges = ranges(header, fileBytes - dataStart);
    }

    /** @throws CheckpointException when the file is missing or is not a well-formed safetensors file */
    public static SafetensorsReader open(Path file) {
        return of(FileContent.of(file));
    }

    /**
     * Closing it closes the file.
     *
     * @throws CheckpointException when it is not a well-formed safetensors file; the file is closed then
     */
    public static SafetensorsReader of(FileContent content) {
        try {
            return new SafetensorsReader(content);
        } catch (RuntimeException failure) {
            content.close();
            throw failure;
        }
    }

    /** Names of the tensors, in the order of their data. */
    public Set<String> names() {
        return ranges.keySet();
    }

    /** The free-form strings of the header, such as {@code format=pt}. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** @throws CheckpointException when there is no such tensor, or it is larger than 2 GiB */
    public TensorView tensor(String name) {
        Range range = Optional.ofNullable(ranges.get(name)).orElseThrow(() -> problem("has no tensor '" + name + "'"));
        long bytes = range.end - range.begin;
        if (bytes > Integer.MAX_VALUE) {
            throw problem("tensor '" + name + "' has " + bytes + " bytes, more than 2 GiB");
        }
        return new TensorView(name, range.type, range.shape, content, dataStart + range.begin, (int) bytes);
    }

    /** Closes the file; tensors already handed out cannot be read any more. */
    @Override
    public void close() {
        content.close();
    }

    private JsonNode parse(byte[] header) {
        try {
            JsonNode node = Json.mapper()
                    .reader()
                    .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .with(
                            DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                            DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(header);
            if (!node.isObject()) {
                throw problem("safetensors header is no JSON object");
            }
            return node;
        } catch (JsonProcessingException failure) {
            throw new CheckpointException(
                    content.file(),
                    "safetensors header is no valid JSON: "
                            + JsonProblem.of(failure).message(),
                    failure);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Map<String, String> metadata(JsonNode node) {
        Map<String, String> entries = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (!field.getValue().isTextual()) {
                throw problem("metadata '" + field.getKey() + "' is no string");
            }
            entries.put(field.getKey(), field.getValue().textValue());
        });
        return Collections.unmodifiableMap(entries);
    }

    private Map<String, Range> ranges(JsonNode header, long dataBytes) {
        List<Map.Entry<String, Range>> entries = new ArrayList<>();
        header.properties().forEach(field -> {
            if (!field.getKey().equals(METADATA)) {
                entries.add(Map.entry(field.getKey(), range(field.getKey(), field.getValue(), dataBytes)));
            }
        });
        // Empty tensors share their offset with the next one, so the end decides between equal beginnings.
        entries.sort(Comparator.<Map.Entry<String, Range>>comparingLong(entry -> entry.getValue().begin)
                .thenComparingLong(entry -> entry.getValue().end));
        Map<String, Range> ordered = new LinkedHashMap<>();
        long expected = 0;
        for (Map.Entry<String, Range> entry : entries) {
            long begin = entry.getValue().begin;
            if (begin != expected) {
                throw problem("tensor '" + entry.getKey() + "' begins at byte " + begin + " where " + expected
                        + " was expected: tensors " + (begin < expected ? "overlap" : "leave a gap"));
            }
            expected = entry.getValue().end;
            ordered.put(entry.getKey(), entry.getValue());
        }
        if (expected != dataBytes) {
            throw problem("has " + dataBytes + " bytes of data where the header accounts for " + expected);
        }
        return Collections.unmodifiableMap(ordered);
    }

    private Range range(String name, JsonNode node, long dataBytes) {
        TensorType type = Arrays.stream(TensorType.values())
                .filter(known -> known.name().equals(node.path("dtype").asText()))
                .findFirst()
                .orElseThrow(() -> problem("tensor '" + name + "' has the unsupported type " + node.path("dtype")));
        long[] shape = longs(name, "shape", node.path("shape"));
        long[] offsets = longs(name, "data_offsets", node.path("data_offsets"));
        if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes) {
            throw problem("tensor '" + name + "' lies at " + Arrays.toString(offsets) + ", outside the " + dataBytes
                    + " bytes of data");
        }
        long bytes = type.bytes();
        try {
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException overflow) {
            throw new CheckpointException(content.file(), "tensor '" + name + "' has an impossible shape", overflow);
        }
        if (bytes != offsets[1] - offsets[0]) {
            throw problem("tensor '" + name + "' " + type + Arrays.toString(shape) + " needs " + bytes
                    + " bytes but has " + (offsets[1] - offsets[0]));
        }
        return new Range(type, shape, offsets[0], offsets[1]);
    }

    private long[] longs(String name, String field, JsonNode array) {
        if (!array.isArray()) {
            throw problem("tensor '" + name + "' has no array '" + field + "'");
        }
        long[] values = new long[array.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = array.get(i);
            if (!value.canConvertToLong() || !value.isIntegralNumber() || value.longValue() < 0) {
                throw problem("tensor '" + name + "' has " + value + " in '" + field + "'");
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private ByteBuffer read(long position, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        content.read(position, buffer);
        return buffer.flip();
    }

    private CheckpointException problem(String problem) {
        return new CheckpointException(content.file(), problem);
    }
}
