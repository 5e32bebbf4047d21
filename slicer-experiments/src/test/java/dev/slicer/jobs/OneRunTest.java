package dev.slicer.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.VerifiedCheckpoint;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpora;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that no other process takes over and whose snapshots are kept, as {@code slicer train} has it. */
class OneRunTest {
    @TempDir
    Path folder;

    private final FakeEngine engine = new FakeEngine(reference -> reference);
    private final List<CheckpointPublished> announced = new ArrayList<>();
    private Path state;
    private FileCheckpointStore store;

    @BeforeEach
    void folders() {
        state = folder.resolve("state");
        store = new FileCheckpointStore(folder.resolve("store"));
    }

    @Test
    void shouldPublishEachSnapshotAsACheckpointOfItsOwn() {
        // When
        JobState end = run(store, 42);

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(announced)
                .extracting(CheckpointPublished::checkpointId)
                .containsExactly("mine-step-2", "mine-step-4", "mine-step-6", "mine");
        Manifest snapshot =
                CheckpointVerifier.verify(store.root().resolve("mine-step-2")).manifest();
        Manifest last = CheckpointVerifier.verify(store.root().resolve("mine")).manifest();
        assertThat(snapshot.hyperparameters()).isEqualTo(last.hyperparameters());
        assertThat(snapshot.dataFingerprints()).isEqualTo(last.dataFingerprints());
        assertThat(state).doesNotExist();
    }

    @Test
    void shouldGoOnWhereItWasWhenItFailedWhilePublishing() throws Exception {
        // Given: a disk that is full once the snapshots are published
        JobState failed = run(new StoreThatRefuses("mine"), 42);
        Path kept = folder.resolve("kept/mine-unpublished");
        assertThat(failed.message()).endsWith("the fine-tuned model is whole and kept in " + kept);
        assertThat(kept.resolve("model.safetensors")).isRegularFile();
        byte[] before = Files.readAllBytes(store.root().resolve("mine-step-6/slicer.json"));
        announced.clear();

        // When
        JobState end = run(store, 42);

        // Then: from the state after its fourth step, and the snapshot of the sixth is in the store already
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(end.progress())
                .hasValueSatisfying(at -> assertThat(at.resumedFrom()).isEqualTo(4));
        assertThat(announced).extracting(CheckpointPublished::checkpointId).containsExactly("mine-step-6", "mine");
        assertThat(store.root().resolve("mine-step-6/slicer.json")).hasBinaryContent(before);
        assertThat(state).doesNotExist();
    }

    @Test
    void shouldNotTakeTheSnapshotOfAnotherRunForItsOwn() throws Exception {
        // Given: a run with another seed, whose last model is gone
        run(store, 43);
        deleteLast();

        // When
        JobState end = run(store, 42);

        // Then
        assertThat(end).isInstanceOf(JobState.Failed.class);
        assertThat(end.message()).startsWith(store.root().resolve("mine-step-2") + ": exists already; ");
    }

    private void deleteLast() throws IOException {
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "slicer.json")) {
            Files.delete(store.root().resolve("mine").resolve(file));
        }
        Files.delete(store.root().resolve("mine"));
    }

    private JobState run(CheckpointStore into, long seed) {
        JobRunner runner = new JobRunner(
                () -> Corpora::open,
                engine,
                Publication.withSnapshots(into, Clock.systemUTC()),
                JobFolders.ofOneRun(folder.resolve("work"), folder.resolve("kept"), state, 4));
        return runner.run(request(seed), new StopSignal(() -> true), new Context());
    }

    private static TrainingRequest request(long seed) {
        return new TrainingRequest(
                "mine",
                "mbert",
                List.of("sample:en.train"),
                List.of(),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(7).withSeed(seed),
                new Snapshots.EachSteps(2),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private final class Context implements JobContext {
        @Override
        public void changed(JobState entered) {}

        @Override
        public void published(CheckpointPublished checkpoint) {
            announced.add(checkpoint);
        }

        @Override
        public void measured(String model, SelfAttentionShares shares) {}

        @Override
        public Optional<String> failureOf(String jobId) {
            return Optional.empty();
        }
    }

    /** As the store, but with no room for one checkpoint. */
    private final class StoreThatRefuses implements CheckpointStore {
        private final String id;

        StoreThatRefuses(String id) {
            this.id = id;
        }

        @Override
        public Checkpoint publish(Path stagedFolder, Manifest manifest) {
            if (manifest.id().equals(id)) {
                throw new CheckpointException(store.root(), "No space left on device");
            }
            return store.publish(stagedFolder, manifest);
        }

        @Override
        public VerifiedCheckpoint fetch(String checkpoint) {
            return store.fetch(checkpoint);
        }

        @Override
        public VerifiedCheckpoint fetch(String checkpoint, Optional<String> digest) {
            return store.fetch(checkpoint, digest);
        }

        @Override
        public ModelFiles fetchFolder(Path place) {
            return store.fetchFolder(place);
        }

        @Override
        public List<Checkpoint> list() {
            return store.list();
        }
    }
}
