package dev.slicer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCheckpointStoreTest {
    private static final Instant MORNING = Instant.parse("2026-11-22T08:00:00Z");

    @TempDir
    private Path temporary;

    private Path root;
    private CheckpointStore store;

    @BeforeEach
    void openStore() {
        root = temporary.resolve("checkpoints");
        store = new FileCheckpointStore(root);
    }

    @Test
    void shouldFetchWhatWasPublished() throws IOException {
        // Given
        Path staged = staged("a");

        // When
        Path published = store.publish(staged, manifest("slicer-a", MORNING)).folder();

        // Then
        assertThat(store.fetch("slicer-a").folder()).isEqualTo(published);
        assertThat(staged).doesNotExist();
        Manifest manifest = Manifest.read(ModelFiles.in(published));
        assertThat(manifest.files())
                .extracting(FileDigest::name)
                .containsExactly("config.json", "model.safetensors", "tokenizer.json");
        assertThat(manifest.hyperparameters()).containsEntry("learningRate", 5e-5);
        assertThat(manifest.scores()).containsEntry("en", 0.79);
    }

    @Test
    void shouldListTheNewestFirst() throws IOException {
        // Given
        assertThat(store.list()).isEmpty();
        assertThat(store.latest()).isEmpty();

        // When
        store.publish(staged("b"), manifest("slicer-b", MORNING.plusSeconds(60)));
        store.publish(staged("a"), manifest("slicer-a", MORNING));

        // Then
        assertThat(store.list()).extracting(Checkpoint::id).containsExactly("slicer-b", "slicer-a");
        assertThat(store.latest()).map(Checkpoint::id).hasValue("slicer-b");
    }

    @Test
    void shouldLeaveOutWhatLiesUnderAnotherName() throws IOException {
        // Given
        Path published =
                store.publish(staged("a"), manifest("slicer-a", MORNING)).folder();

        // When
        Files.move(published, root.resolve("slicer-b"));

        // Then
        assertThat(store.list()).isEmpty();
        assertThat(store.find("slicer-b")).isEmpty();
        assertThatThrownBy(() -> store.fetch("slicer-b"))
                .hasMessage(root.resolve("slicer-b/slicer.json") + ": is the manifest of slicer-a and not of slicer-b");
    }

    @Test
    void shouldRefuseCheckpointWhenAFileWasChanged() throws IOException {
        // Given
        Path published =
                store.publish(staged("a"), manifest("slicer-a", MORNING)).folder();
        Path tokenizer = published.resolve("tokenizer.json");

        // When: another file of the same size
        Files.writeString(tokenizer, "{ }");

        // Then
        assertThatThrownBy(() -> store.fetch("slicer-a"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(tokenizer + ": has SHA-256 ");

        // When: a longer one
        Files.writeString(tokenizer, " ", StandardOpenOption.APPEND);

        // Then
        assertThatThrownBy(() -> store.fetch("slicer-a")).hasMessage(tokenizer + ": has 4 bytes where 3 were expected");

        // When: none
        Files.delete(tokenizer);

        // Then
        assertThatThrownBy(() -> store.fetch("slicer-a")).hasMessage(tokenizer + ": file is missing");
    }

    @Test
    void shouldKeepEarlierCheckpointWhenPublishFails() throws IOException {
        // Given
        store.publish(staged("a"), manifest("slicer-a", MORNING));
        Path staged = staged("b");
        Files.write(staged.resolve("model.safetensors"), new byte[100]);

        // When
        assertThatThrownBy(() -> store.publish(staged, manifest("slicer-b", MORNING)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(staged.resolve("model.safetensors") + ": not a safetensors file");

        // Then
        assertThat(store.list()).extracting(Checkpoint::id).containsExactly("slicer-a");
        assertThat(store.fetch("slicer-a").folder()).exists();
        assertThat(staged.resolve("config.json")).exists();
        assertThat(names(root)).containsExactly("slicer-a");
    }

    @Test
    void shouldLeaveTheWorkWhereItIsWhenASubfolderMakesPublishFail() throws IOException {
        // Given
        Path staged = staged("a");
        Files.createDirectory(staged.resolve("subfolder"));

        // When
        assertThatThrownBy(() -> store.publish(staged, manifest("slicer-a", MORNING)))
                .hasMessageContaining("subfolder: is no plain file");

        // Then
        assertThat(names(staged)).containsExactly("config.json", "model.safetensors", "subfolder", "tokenizer.json");
        assertThat(names(root)).isEmpty();
    }

    @Test
    void shouldRefuseAnIdThatIsTaken() throws IOException {
        store.publish(staged("a"), manifest("slicer-a", MORNING));
        Path again = staged("again");
        assertThatThrownBy(() -> store.publish(again, manifest("slicer-a", MORNING)))
                .hasMessageEndingWith("slicer-a: exists already");
        assertThat(store.fetch("slicer-a").folder()).exists();
    }

    @Test
    void shouldRefuseLabelsThatDifferFromTheConfiguration() throws IOException {
        Path staged = staged("a");
        Files.writeString(staged.resolve("config.json"), "{\"id2label\":{\"0\":\"O\",\"1\":\"B-ORG\"}}");
        assertThatThrownBy(() -> store.publish(staged, manifest("slicer-a", MORNING)))
                .hasMessageContaining("has the labels [O, B-ORG] where the manifest has [O, B-PER, I-PER]");
    }

    @Test
    void shouldIgnoreWhatACrashLeftAndDiscardItInTime() throws IOException {
        // Given: a process killed while publishing, one today and one long ago
        Path today = abandoned(".slicer-x.staging-1", Duration.ZERO);
        Path longAgo = abandoned(".slicer-y.staging-2", Duration.ofDays(3));

        // When
        store.publish(staged("a"), manifest("slicer-a", MORNING));

        // Then
        assertThat(store.list()).extracting(Checkpoint::id).containsExactly("slicer-a");
        assertThat(today).exists();
        assertThat(longAgo).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../outside", "a/b", "a\\b", ".hidden"})
    void shouldRefuseIdsThatAreNoFolderName(String id) {
        assertThatThrownBy(() -> store.fetch(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a checkpoint's id must begin with a letter or digit");
    }

    @Test
    void shouldNotReadFilesOutsideTheCheckpoint() throws IOException {
        // Given
        Path published =
                store.publish(staged("a"), manifest("slicer-a", MORNING)).folder();
        Path file = published.resolve(Manifest.FILE_NAME);
        Files.writeString(file, Files.readString(file).replace("\"tokenizer.json\"", "\"../tokenizer.json\""));

        // When, then
        assertThatThrownBy(() -> store.fetch("slicer-a"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'../tokenizer.json' is no plain file name");
    }

    @Test
    void shouldSayWhichCheckpointIsMissing() {
        assertThatThrownBy(() -> store.fetch("slicer-none"))
                .hasMessage(root.resolve("slicer-none") + ": there is no such checkpoint");
    }

    private static Manifest manifest(String id, Instant createdAt) {
        return new Manifest(
                id,
                createdAt,
                List.of(),
                "mbert",
                768,
                8,
                Map.of("learningRate", 5e-5, "epochs", 3),
                42,
                List.of("O", "B-PER", "I-PER"),
                Map.of("sample:en.train", "0123"),
                Map.of("en", 0.79));
    }

    private Path staged(String name) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.write(
                folder.resolve("config.json"),
                Json.mapper().writeValueAsBytes(Map.of("id2label", Map.of("0", "O", "1", "B-PER", "2", "I-PER"))));
        Files.write(folder.resolve("tokenizer.json"), "{\n}".getBytes(StandardCharsets.UTF_8));
        try (SafetensorsWriter writer = SafetensorsWriter.create(
                folder.resolve("model.safetensors"), List.of(new SafetensorsWriter.Entry("classifier.bias", 3)))) {
            writer.write("classifier.bias", 1f, 2f, 3f);
            writer.finish();
        }
        return folder;
    }

    private Path abandoned(String name, Duration age) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.writeString(folder.resolve("config.json"), "{");
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(age)));
        return folder;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
