package dev.slicer.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Assembles the archive that {@code torch::jit::load} reads from a program's text. The program owns no tensors, so its
 * pickled state is a few fixed bytes.
 */
final class TorchScriptArchive {
    /** Operator signatures of file format 10 (PyTorch 1.12 and later). */
    private static final String FORMAT_VERSION = "10\n";

    /** Pickle protocol 2: a {@code __torch__.Program} whose only attribute is {@code training = True}. */
    private static final byte[] MODULE_STATE = "\u0080\u0002c__torch__\nProgram\n)\u0081}X\u0008\0\0\0training\u0088sb."
            .getBytes(StandardCharsets.ISO_8859_1);

    /** Pickle protocol 2: the empty tuple. */
    private static final byte[] NO_CONSTANTS = "\u0080\u0002).".getBytes(StandardCharsets.ISO_8859_1);

    private TorchScriptArchive() {}

    static InputStream of(String programText) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "slicer/version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
            put(zip, "slicer/code/__torch__.py", programText.getBytes(StandardCharsets.UTF_8));
            put(zip, "slicer/data.pkl", MODULE_STATE);
            put(zip, "slicer/constants.pkl", NO_CONSTANTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
