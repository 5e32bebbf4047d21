package dev.slicer.models.tensorflow;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksum of LevelDB and TensorFlow: CRC-32C, rotated and offset so that checksums of checksums stay strong. */
final class MaskedCrc32c {
    private static final int MASK_DELTA = 0xA282EAD8;

    private final CRC32C crc = new CRC32C();

    static int of(ByteBuffer bytes) {
        MaskedCrc32c masked = new MaskedCrc32c();
        masked.crc.update(bytes.duplicate());
        return masked.value();
    }

    void update(byte[] bytes, int count) {
        crc.update(bytes, 0, count);
    }

    int value() {
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}
