package dev.slicer.cli.console;

import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that others read while they are renewed. */
public final class TextFile {
    private TextFile() {}

    /**
     * Writes a file in UTF-8; a concurrent reader finds either the old text or the new one, complete.
     *
     * @throws CommandFailedException naming the file that cannot be written
     */
    public static void replace(Path file, String text) {
        Path target = file.toAbsolutePath();
        // Not a temporary file of the JDK: that one would stay closed to other users, as node_exporter is.
        Path draft = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectories(target.getParent());
            try {
                write(draft, text);
                Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException cause) {
            throw new CommandFailedException("cannot write " + file + ": " + IoProblem.of(cause), cause);
        }
    }

    private static void write(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
