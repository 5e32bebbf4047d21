package dev.slicer.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.models.fetching.ArtifactSource;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.models.hub.HuggingFaceHub;
import dev.slicer.models.hub.ModelReference;
import dev.slicer.models.tensorflow.TinyBert;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    private static final ModelReference MBERT = new ModelReference.Mbert();

    @TempDir
    private Path temporary;

    private Path root;
    private Path jar;
    private final AtomicInteger fetched = new AtomicInteger();

    @BeforeEach
    void writeArtifact() throws IOException {
        root = temporary.resolve("models");
        jar = new TinyBert().writeJar(temporary.resolve("tiny.jar"));
    }

    @Test
    void shouldConvertOnceAndThenUseWhatIsThere() {
        // Given
        ModelStore store = store(List.of());

        // When
        Path first = store.resolve(MBERT, DownloadListener.none());
        Path second = store.resolve(MBERT, DownloadListener.none());

        // Then
        assertThat(second).isEqualTo(first).isEqualTo(root.resolve("mbert"));
        assertThat(fetched).hasValue(1);
        assertThat(first.resolve("model.safetensors")).exists();
    }

    @Test
    void shouldLeaveNoHalfModelWhenConversionIsInterrupted() throws IOException {
        // Given: somebody who breaks off while the weights are written
        ModelStore store = store(List.of());
        DownloadListener breakOff = (phase, bytesDone, bytesTotal) -> {
            if (phase.startsWith("Converting")) {
                throw new IllegalStateException("broken off");
            }
        };

        // When
        assertThatThrownBy(() -> store.resolve(MBERT, breakOff)).hasMessage("broken off");

        // Then
        assertThat(visible(root)).isEmpty();
        assertThat(stagingFolders()).isEmpty();

        // When: tried again
        store.resolve(MBERT, DownloadListener.none());

        // Then
        assertThat(visible(root)).containsExactly("mbert");
    }

    @Test
    void shouldCleanUpAfterAProcessThatWasKilled() throws IOException {
        // Given
        Path left = Files.createDirectories(root.resolve(".mbert.staging-0815"));
        Files.write(left.resolve("model.safetensors"), new byte[1000]);

        // When
        store(List.of()).resolve(MBERT, DownloadListener.none());

        // Then
        assertThat(stagingFolders()).isEmpty();
        assertThat(visible(root)).containsExactly("mbert");
    }

    @Test
    void shouldConvertAgainWhenAStoredFileLostBytes() throws IOException {
        // Given
        ModelStore store = store(List.of());
        Path weights = store.resolve(MBERT, DownloadListener.none()).resolve("model.safetensors");
        long bytes = Files.size(weights);
        Files.write(weights, new byte[10]);

        // When
        store.resolve(MBERT, DownloadListener.none());

        // Then
        assertThat(weights).hasSize(bytes);
        assertThat(stagingFolders()).isEmpty();
    }

    @Test
    void shouldRefuseAnArtifactThatConvertsToSomethingElse() throws IOException {
        // Given
        FileDigest expected = new FileDigest("model.safetensors", 1, "0".repeat(64));

        // When, then
        assertThatThrownBy(() -> store(List.of(expected)).resolve(MBERT, DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(
                        "the conversion of " + jar + " did not give the model.safetensors of SHA-256 0000");
        assertThat(visible(root)).isEmpty();
    }

    @Test
    void shouldReadNothingOfAnArtifactThatIsNotThePublishedOne() throws IOException {
        // Given
        String published = FileDigest.of(jar).sha256();
        byte[] bytes = Files.readAllBytes(jar);
        bytes[bytes.length / 2] ^= 1;
        Files.write(jar, bytes);

        // When and then
        assertThatThrownBy(() -> store(Optional.of(published), List.of()).resolve(MBERT, DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessage(jar + " is not the published test:tiny:1: it has SHA-256 "
                        + FileDigest.of(jar).sha256() + " where " + published
                        + " was expected. Delete it, so that it is fetched again; where it comes like that again, your"
                        + " Maven repository or its mirror gives out something else.");
        assertThat(visible(root)).isEmpty();

        // When: the published one
        bytes[bytes.length / 2] ^= 1;
        Files.write(jar, bytes);

        // Then
        assertThat(store(Optional.of(published), List.of()).resolve(MBERT, DownloadListener.none()))
                .exists();
    }

    @Test
    void shouldPinTheWeightsOfMbertByHash() {
        assertThat(MbertArtifact.PUBLISHED.sha256()).isPresent();
        assertThat(MbertArtifact.PUBLISHED.expected())
                .extracting(FileDigest::name)
                .containsExactly("model.safetensors", "tokenizer.json");
    }

    @Test
    void shouldConvertOnceForThreadsThatAskAtOnce() throws Exception {
        // Given
        ModelStore store = store(List.of());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            // When
            Callable<Path> ask = () -> store.resolve(MBERT, DownloadListener.none());
            List<Future<Path>> answers = threads.invokeAll(Collections.nCopies(4, ask));

            // Then
            for (Future<Path> answer : answers) {
                assertThat(answer.get()).isEqualTo(root.resolve("mbert"));
            }
            assertThat(fetched).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void shouldReportEachPhaseToItsEnd() {
        // Given
        List<String> reports = new ArrayList<>();

        // When
        store(List.of()).resolve(MBERT, (phase, bytesDone, bytesTotal) -> {
            if (bytesTotal.isPresent() && bytesDone > bytesTotal.getAsLong()) {
                throw new AssertionError(phase + " reports more than there is");
            }
            reports.add(phase);
        });

        // Then
        assertThat(reports.stream().distinct())
                .containsExactly(
                        "Reading the index of the weights", "Converting the weights", "Checking the converted model");
    }

    @Test
    void shouldTakeALocalFolderAsItIs() {
        // Given
        ModelStore store = store(List.of());
        Path folder = store.resolve(MBERT, DownloadListener.none());

        // When, then
        assertThat(store.resolve(new ModelReference.Local(folder), DownloadListener.none()))
                .isEqualTo(folder);
        Path nowhere = temporary.resolve("nowhere");
        assertThatThrownBy(() -> store.resolve(new ModelReference.Local(nowhere), DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith("'" + nowhere + "' is no base model: it has no config.json");
    }

    @Test
    void shouldTakeALocalFolderWithDividedWeightsAndABertVocabulary() throws IOException {
        // Given
        ModelStore store = store(List.of());
        ModelReference local = new ModelReference.Local(Files.createDirectory(temporary.resolve("local")));
        Path folder = temporary.resolve("local");
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(folder.resolve("pytorch_model.bin"), "");
        Files.writeString(folder.resolve("vocab.txt"), "");
        assertThatThrownBy(() -> store.resolve(local, DownloadListener.none()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("is no base model: ")
                .hasMessageContaining("model.safetensors: file is missing; pytorch_model.bin, a Python pickle, ")
                .hasMessageEndingWith("Base models are mbert, hf:organisation/name[@revision] or such a folder.");

        // When
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{}");

        // Then
        assertThat(store.resolve(local, DownloadListener.none())).isEqualTo(folder);
        Files.delete(folder.resolve("vocab.txt"));
        assertThatThrownBy(() -> store.resolve(local, DownloadListener.none()))
                .hasMessageContaining("tokenizer.json: no such file");
    }

    private ModelStore store(List<FileDigest> expected) {
        return store(Optional.empty(), expected);
    }

    private ModelStore store(Optional<String> sha256, List<FileDigest> expected) {
        ArtifactSource artifacts = (coordinates, listener) -> {
            fetched.incrementAndGet();
            return jar;
        };
        HuggingFaceHub nowhere = new HuggingFaceHub(URI.create("http://127.0.0.1:1"), Optional.empty(), Duration.ZERO);
        return new ModelStore(root, artifacts, new MbertArtifact("test:tiny:1", sha256, expected), nowhere);
    }

    private List<String> stagingFolders() throws IOException {
        try (Stream<Path> paths = Files.list(root)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> name.contains(".staging-"))
                    .toList();
        }
    }

    private static List<String> visible(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }
}
