package dev.slicer.models.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks the fields of one protocol buffer message, enough of the wire format for TensorFlow's bundle index. Damaged
 * input ends in {@link FormatException}, never in a read beyond the message.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final ByteBuffer message;
    private int wireType;

    ProtobufReader(ByteBuffer message) {
        this.message = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasNext() {
        return message.hasRemaining();
    }

    /** Number of the next field, whose value is to be read or skipped next. */
    int nextField() {
        long key = Varint.read(message);
        if (key >>> 3 == 0 || key >>> 32 != 0) {
            throw new FormatException("protobuf field number out of range");
        }
        wireType = (int) key & 7;
        return (int) (key >>> 3);
    }

    long varint() {
        expect(VARINT);
        return Varint.read(message);
    }

    int fixed32() {
        expect(FIXED32);
        require(Integer.BYTES);
        return message.getInt();
    }

    ProtobufReader message() {
        expect(LENGTH_DELIMITED);
        return new ProtobufReader(take(length()));
    }

    void skip() {
        switch (wireType) {
            case VARINT -> Varint.read(message);
            case FIXED64 -> take(Long.BYTES);
            case LENGTH_DELIMITED -> take(length());
            case FIXED32 -> take(Integer.BYTES);
            default -> throw new FormatException("protobuf wire type " + wireType + " is not supported");
        }
    }

    private int length() {
        long length = Varint.read(message);
        if (length < 0 || length > message.remaining()) {
            throw new FormatException("protobuf field of " + Long.toUnsignedString(length) + " bytes where "
                    + message.remaining() + " are left");
        }
        return (int) length;
    }

    private ByteBuffer take(int bytes) {
        require(bytes);
        ByteBuffer taken = message.slice(message.position(), bytes);
        message.position(message.position() + bytes);
        return taken;
    }

    private void require(int bytes) {
        if (message.remaining() < bytes) {
            throw new FormatException("protobuf message ends within a field");
        }
    }

    private void expect(int expected) {
        if (wireType != expected) {
            throw new FormatException("protobuf wire type " + wireType + " where " + expected + " was expected");
        }
    }
}
