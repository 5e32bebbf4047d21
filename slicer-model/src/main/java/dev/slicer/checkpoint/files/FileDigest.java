package dev.slicer.checkpoint.files;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What a file of a folder must be.
 *
 * @param name plain file name, without folder
 * @param sha256 in lower-case hexadecimal
 */
public record FileDigest(String name, long bytes, String sha256) {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public FileDigest {
        // A name with a folder in it could point out of the checkpoint.
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.contains("/") || name.contains("\\")) {
            throw new IllegalArgumentException("'" + name + "' is no plain file name");
        }
        if (bytes < 0) {
            throw new IllegalArgumentException("file " + name + " cannot have " + bytes + " bytes");
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("'" + sha256 + "' is no SHA-256 in lower-case hexadecimal");
        }
    }

    /** @throws CheckpointException when the file is missing or cannot be read */
    public static FileDigest of(Path file) {
        try (FileContent content = FileContent.of(file)) {
            return of(content);
        }
    }

    /** @throws CheckpointException when the file cannot be read or is not what it should be */
    public static FileDigest of(FileContent content) {
        MessageDigest digest = newSha256();
        long bytes = content.size();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(bytes, BUFFER_BYTES));
        for (long position = 0; position < bytes; position += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), bytes - position));
            content.read(position, buffer);
            digest.update(buffer.flip());
        }
        return new FileDigest(
                content.file().getFileName().toString(), bytes, HexFormat.of().formatHex(digest.digest()));
    }

    public static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(newSha256().digest(bytes));
    }

    void requireHash(Path file, String found) {
        if (!found.equals(sha256)) {
            throw new CheckpointException(file, "has SHA-256 " + found + " where " + sha256 + " was expected");
        }
    }

    void requireSize(Path file, long found) {
        if (found != bytes) {
            throw new CheckpointException(file, "has " + found + " bytes where " + bytes + " were expected");
        }
    }

    /**
     * Checks the size alone, which costs nothing.
     *
     * @throws CheckpointException naming the file when it is missing or its size differs
     */
    public void verifySize(Path folder) {
        Path file = folder.resolve(name);
        try {
            requireSize(file, Files.size(file));
        } catch (NoSuchFileException missing) {
            throw new CheckpointException(file, "file is missing", missing);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
