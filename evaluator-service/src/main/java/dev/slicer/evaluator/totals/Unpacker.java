package dev.slicer.evaluator.totals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.utils.ByteUtils;

/** Reads what a {@link Packer} wrote. */
final class Unpacker {
    private final ByteBuffer packed;

    Unpacker(byte[] packed) {
        this.packed = ByteBuffer.wrap(packed);
    }

    long number() {
        return ByteUtils.readVarlong(packed);
    }

    int size() {
        return Math.toIntExact(number());
    }

    boolean flag() {
        return number() != 0;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        byte[] value = new byte[size()];
        packed.get(value);
        return value;
    }

    Instant time() {
        return Instant.ofEpochSecond(number(), number());
    }

    /** @throws IllegalArgumentException where something else has written it */
    void requireForm(int form) {
        long found = number();
        if (found != form) {
            throw new IllegalArgumentException("this version reads form " + form + ", this is form " + found);
        }
    }
}
