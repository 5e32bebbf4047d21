package dev.slicer.models.tensorflow;

import java.nio.ByteBuffer;

/** The variable-length integers that LevelDB and protocol buffers share: seven bits a byte, lowest first. */
final class Varint {
    private static final int MAX_BITS = 64;

    private Varint() {}

    static long read(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < MAX_BITS; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new FormatException("ends within a number");
            }
            byte next = bytes.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new FormatException("number longer than 64 bits");
    }

    /** A length or offset, which must lie in 0 to {@code limit}. */
    static int readUpTo(int limit, ByteBuffer bytes) {
        long value = read(bytes);
        if (value < 0 || value > limit) {
            throw new FormatException(
                    "length " + Long.toUnsignedString(value) + " where at most " + limit + " is possible");
        }
        return (int) value;
    }
}
