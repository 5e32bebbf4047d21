package dev.slicer.models.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a whole LevelDB table (the {@code .sst} layout of LevelDB's {@code table_format.md}), uncompressed as TensorFlow
 * writes it: data blocks whose keys share prefixes, an index block that points at them, and a footer that points at the
 * index.
 */
final class LevelDbTable {
    private static final long MAGIC = 0xDB4775248B80FB57L;
    private static final int FOOTER_BYTES = 48;
    /** One byte of compression type and four of checksum after each block. */
    private static final int TRAILER_BYTES = 5;

    private LevelDbTable() {}

    /** A key and its value, in the order of the table. */
    record Entry(byte[] key, ByteBuffer value) {}

    static List<Entry> entries(ByteBuffer bytes) {
        ByteBuffer table = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (table.remaining() < FOOTER_BYTES || table.getLong(table.limit() - Long.BYTES) != MAGIC) {
            throw new FormatException("is no LevelDB table");
        }
        ByteBuffer footer = table.slice(table.limit() - FOOTER_BYTES, FOOTER_BYTES);
        Handle.read(footer, table.limit()); // the block of filters, which TensorFlow leaves empty
        Handle index = Handle.read(footer, table.limit());
        List<Entry> entries = new ArrayList<>();
        for (Entry pointer : block(table, index)) {
            entries.addAll(block(table, Handle.read(pointer.value, table.limit())));
        }
        return entries;
    }

    private record Handle(int offset, int size) {
        static Handle read(ByteBuffer bytes, int limit) {
            return new Handle(Varint.readUpTo(limit, bytes), Varint.readUpTo(limit, bytes));
        }
    }

    private static List<Entry> block(ByteBuffer table, Handle handle) {
        if ((long) handle.offset + handle.size + TRAILER_BYTES > table.limit()) {
            throw new FormatException("block at byte " + handle.offset + " runs beyond the table");
        }
        int end = handle.offset + handle.size;
        int compression = table.get(end);
        if (compression != 0) {
            throw new FormatException("block at byte " + handle.offset + " is compressed (type " + compression + ")");
        }
        if (MaskedCrc32c.of(table.slice(handle.offset, handle.size + 1)) != table.getInt(end + 1)) {
            throw new FormatException("block at byte " + handle.offset + " has a wrong checksum");
        }
        ByteBuffer block = table.slice(handle.offset, handle.size).order(ByteOrder.LITTLE_ENDIAN);
        return entriesOf(block);
    }

    private static List<Entry> entriesOf(ByteBuffer block) {
        if (block.limit() < Integer.BYTES) {
            throw new FormatException("block is too short");
        }
        long restarts = Integer.toUnsignedLong(block.getInt(block.limit() - Integer.BYTES));
        long entriesEnd = block.limit() - Integer.BYTES * (restarts + 1);
        if (entriesEnd < 0) {
            throw new FormatException("block claims " + restarts + " restart points");
        }
        block.limit((int) entriesEnd);
        List<Entry> entries = new ArrayList<>();
        byte[] key = new byte[0];
        while (block.hasRemaining()) {
            int shared = Varint.readUpTo(key.length, block);
            int unshared = Varint.readUpTo(block.limit(), block);
            int valueBytes = Varint.readUpTo(block.limit(), block);
            if ((long) unshared + valueBytes > block.remaining()) {
                throw new FormatException("entry runs beyond its block");
            }
            key = Arrays.copyOf(key, shared + unshared);
            block.get(key, shared, unshared);
            entries.add(new Entry(key, block.slice(block.position(), valueBytes)));
            block.position(block.position() + valueBytes);
        }
        return entries;
    }
}
