package dev.slicer.evaluator.totals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.utils.ByteUtils;

/** Writes values one behind the other, small numbers in few bytes; {@link Unpacker} reads them. */
final class Packer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    private final DataOutputStream out = new DataOutputStream(bytes);

    Packer number(long value) {
        try {
            ByteUtils.writeVarlong(value, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    Packer flag(boolean value) {
        return number(value ? 1 : 0);
    }

    Packer text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    Packer bytes(byte[] value) {
        number(value.length);
        bytes.writeBytes(value);
        return this;
    }

    Packer time(Instant value) {
        return number(value.getEpochSecond()).number(value.getNano());
    }

    byte[] packed() {
        return bytes.toByteArray();
    }
}
