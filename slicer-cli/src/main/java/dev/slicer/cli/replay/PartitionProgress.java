package dev.slicer.cli.replay;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Which letters of a partition were not fed back yet: all from a position on, and those before it that a filter passed
 * over. Kafka keeps it as a committed offset, the letters before the position in the metadata that goes with one.
 *
 * @param left offsets before the position, in order and apart; offsets without a record may be among them
 */
record PartitionProgress(long position, List<Range> left) {
    /** A broker's {@code offset.metadata.max.bytes} unless configured otherwise. */
    static final int MAX_METADATA = 4096;

    private static final String VERSION = "1:";

    /** @param end one past the last offset */
    record Range(long from, long end) {}

    PartitionProgress {
        left = List.copyOf(left);
    }

    static PartitionProgress from(long offset) {
        return new PartitionProgress(offset, List.of());
    }

    static PartitionProgress of(OffsetAndMetadata committed) {
        String metadata = committed.metadata();
        if (metadata.isEmpty()) {
            return from(committed.offset());
        }
        if (!metadata.startsWith(VERSION)) {
            throw new KafkaException(
                    "the committed offset " + committed.offset() + " was not written by slicer replay");
        }
        return new PartitionProgress(committed.offset(), decode(metadata.substring(VERSION.length())));
    }

    /** @throws KafkaException where the letters that are left lie too scattered to be noted */
    OffsetAndMetadata toCommit() {
        String metadata = left.isEmpty() ? "" : VERSION + encode(left);
        if (metadata.length() > MAX_METADATA) {
            throw new KafkaException("the letters that earlier runs passed over lie in " + left.size()
                    + " places, more than Kafka keeps with an offset; feed them back, or some of them, first");
        }
        return new OffsetAndMetadata(position, metadata);
    }

    /** Where reading begins. */
    long start() {
        return left.isEmpty() ? position : left.get(0).from();
    }

    boolean isLeft(long offset) {
        return offset >= position || left.stream().anyMatch(range -> range.from() <= offset && offset < range.end());
    }

    /** What is left of it from an offset on. */
    List<Range> leftFrom(long offset) {
        return left.stream()
                .filter(range -> range.end() > offset)
                .map(range -> new Range(Math.max(range.from(), offset), range.end()))
                .toList();
    }

    /** Lengths of what is left and what is gone by turns: short numbers, and many of them alike. */
    private static String encode(List<Range> ranges) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            long end = 0;
            for (Range range : ranges) {
                writeNumber(out, range.from() - end);
                writeNumber(out, range.end() - range.from());
                end = range.end();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static List<Range> decode(String text) {
        List<Range> ranges = new ArrayList<>();
        byte[] bytes = Base64.getDecoder().decode(text);
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
            long end = 0;
            for (int first = in.read(); first >= 0; first = in.read()) {
                long from = end + readNumber(first, in);
                end = from + readNumber(in.readUnsignedByte(), in);
                ranges.add(new Range(from, end));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a committed offset's metadata are damaged", e);
        }
        return ranges;
    }

    /** Seven bits a byte, the lowest first. */
    private static void writeNumber(DataOutputStream out, long number) throws IOException {
        long rest = number;
        while (rest > 0x7f) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readNumber(int first, DataInputStream in) throws IOException {
        long number = first & 0x7f;
        int next = first;
        for (int shift = 7; (next & 0x80) != 0; shift += 7) {
            next = in.readUnsignedByte();
            number |= (long) (next & 0x7f) << shift;
        }
        return number;
    }
}
