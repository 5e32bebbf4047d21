package dev.slicer.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes tensors to a safetensors file as they come, holding none of them. The tensors are declared first and then
 * written in the same order, each in one or several parts. The same tensors give the same bytes.
 */
public final class SafetensorsWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;
    /** HuggingFace aligns the data to eight bytes by padding the header with spaces. */
    private static final int ALIGNMENT = 8;

    private final Path file;
    private final FileChannel channel;
    private final List<Entry> entries;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int current;
    private long currentBytes;

    /** A tensor to be written. */
    public record Entry(String name, TensorType type, long... shape) {
        /** In fp32. */
        public Entry(String name, long... shape) {
            this(name, TensorType.F32, shape);
        }

        public Entry {
            shape = shape.clone();
            if (Arrays.stream(shape).anyMatch(size -> size < 0)) {
                throw new IllegalArgumentException("tensor " + name + " has shape " + Arrays.toString(shape));
            }
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        long bytes() {
            return Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
        }
    }

    private SafetensorsWriter(Path file, FileChannel channel, List<Entry> entries) {
        this.file = file;
        this.channel = channel;
        this.entries = entries;
    }

    /**
     * Creates the file and writes its header.
     *
     * @throws IllegalArgumentException when two tensors have the same name
     * @throws CheckpointException when the file exists or cannot be written
     */
    public static SafetensorsWriter create(Path file, List<Entry> entries) {
        byte[] header = header(entries);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            SafetensorsWriter writer = new SafetensorsWriter(file, channel, List.copyOf(entries));
            writer.put(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .flip());
            writer.put(ByteBuffer.wrap(header));
            return writer;
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be written: " + IoProblem.of(failure), failure);
        }
    }

    /**
     * Writes the next part of a tensor.
     *
     * @param name the tensor whose turn it is, by the order of declaration
     * @param littleEndian whole or part of its elements; read to its limit
     * @throws IllegalStateException when it is another tensor's turn or the tensor has fewer elements
     */
    public void write(String name, ByteBuffer littleEndian) {
        advance(name, littleEndian.remaining());
        try {
            put(littleEndian);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be written: " + IoProblem.of(failure), failure);
        }
    }

    /** Writes the next part of an fp32 tensor, as {@link #write(String, ByteBuffer)} does. */
    public void write(String name, float... values) {
        advance(name, (long) values.length * Float.BYTES);
        try {
            for (int done = 0; done < values.length; ) {
                if (buffer.remaining() < Float.BYTES) {
                    flush();
                }
                int count = Math.min(values.length - done, buffer.remaining() / Float.BYTES);
                buffer.asFloatBuffer().put(values, done, count);
                buffer.position(buffer.position() + count * Float.BYTES);
                done += count;
            }
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be written: " + IoProblem.of(failure), failure);
        }
    }

    /**
     * Brings the file to the disk.
     *
     * @throws IllegalStateException when a declared tensor was not written to its end
     */
    public void finish() {
        skipWritten();
        if (current < entries.size()) {
            Entry entry = entries.get(current);
            throw new IllegalStateException("tensor " + entry.name + " of " + file + " has " + currentBytes + " of "
                    + entry.bytes() + " bytes");
        }
        try {
            flush();
            channel.force(true);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be written: " + IoProblem.of(failure), failure);
        }
    }

    /** Closes the file; without {@link #finish()} before, the file is incomplete. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static byte[] header(List<Entry> entries) {
        ObjectNode header = Json.mapper().createObjectNode();
        header.putObject("__metadata__").put("format", "pt");
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (Entry entry : entries) {
            if (!names.add(entry.name)) {
                throw new IllegalArgumentException("tensor " + entry.name + " is declared twice");
            }
            ObjectNode node = header.putObject(entry.name).put("dtype", entry.type.name());
            ArrayNode shape = node.putArray("shape");
            Arrays.stream(entry.shape).forEach(shape::add);
            node.putArray("data_offsets").add(offset).add(offset + entry.bytes());
            offset += entry.bytes();
        }
        try {
            byte[] json = Json.mapper().writeValueAsBytes(header);
            byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
            Arrays.fill(padded, json.length, padded.length, (byte) ' ');
            return padded;
        } catch (JsonProcessingException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void advance(String name, long bytes) {
        if (bytes == 0) {
            return;
        }
        skipWritten();
        if (current == entries.size() || !entries.get(current).name.equals(name)) {
            throw new IllegalStateException("tensor " + name + " of " + file + " comes out of turn, after "
                    + (current == 0 ? "none" : entries.get(current - 1).name));
        }
        if (bytes > entries.get(current).bytes() - currentBytes) {
            throw new IllegalStateException("tensor " + name + " of " + file + " gets more than its "
                    + entries.get(current).bytes() + " bytes");
        }
        currentBytes += bytes;
    }

    private void skipWritten() {
        while (current < entries.size() && currentBytes == entries.get(current).bytes()) {
            current++;
            currentBytes = 0;
        }
    }

    private void put(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(bytes.remaining(), buffer.remaining());
            buffer.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
