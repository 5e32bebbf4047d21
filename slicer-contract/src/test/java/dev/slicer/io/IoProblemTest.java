package dev.slicer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slicer.words.UsersWords;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoProblemTest {
    @TempDir
    Path folder;

    @Test
    void shouldSayWhyAFileCannotBeRead() throws IOException {
        // Given
        Path latin = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xe9});
        Path full =
                Files.createFile(Files.createDirectory(folder.resolve("full")).resolve("a"));

        // When / Then
        assertThat(problem(() -> Files.readString(folder.resolve("gone"))))
                .isEqualTo("there is no " + folder + "/gone");
        assertThat(problem(() -> Files.readString(latin))).isEqualTo("it is not UTF-8");
        assertThat(problem(() -> Files.readAllBytes(folder))).contains("directory");
        assertThat(problem(() -> Files.delete(full.getParent())))
                .isEqualTo("the folder " + full.getParent() + " is not empty");
        assertThat(problem(() -> Files.createFile(full))).isEqualTo(full + " is there already");
        assertThat(problem(() -> Files.list(latin).close())).isEqualTo(latin + " is no folder");
        assertThat(IoProblem.of(new AccessDeniedException("/a"))).isEqualTo("access to /a is denied");
    }

    @Test
    void shouldSpeakUsersWordsOfWhatSaysNothing() {
        for (IOException silent : List.of(new IOException(), new EOFException(), new java.net.SocketException())) {
            UsersWords.assertSpokenIn(IoProblem.of(silent), silent.toString());
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static String problem(Work work) {
        return IoProblem.of(catchThrowableOfType(IOException.class, work::run));
    }
}
