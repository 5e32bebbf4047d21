package dev.slicer.cli.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path parent;

    @Test
    void shouldRemoveItselfWithItsContents() throws Exception {
        // Given
        RunFolder folder = RunFolder.create(parent, "demo", false);
        Files.createDirectories(folder.resolve("broker/topics"));
        Files.writeString(folder.resolve("broker/topics/log"), "records");

        // When
        folder.close();

        // Then
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void shouldStayWhenItIsToBeKept() {
        // Given
        RunFolder folder = RunFolder.create(parent, "demo", true);

        // When
        folder.close();

        // Then
        assertThat(folder.path()).exists();
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeftAndNothingElse() throws Exception {
        // Given
        Process ended = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        ended.waitFor();
        Path leftOver = Files.createDirectories(parent.resolve("demo-" + ended.pid() + "/logs"));
        Path ofARunningProcess = Files.createDirectory(parent.resolve(
                "demo-" + ProcessHandle.current().parent().orElseThrow().pid()));
        Path ofAnotherCommand = Files.createDirectory(parent.resolve("train-" + ended.pid()));

        // When
        RunFolder.create(parent, "demo", false).close();

        // Then
        assertThat(leftOver.getParent()).doesNotExist();
        assertThat(ofARunningProcess).exists();
        assertThat(ofAnotherCommand).exists();
    }
}
