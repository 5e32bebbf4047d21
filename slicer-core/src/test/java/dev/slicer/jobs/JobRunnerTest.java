package dev.slicer.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.models.ModelException;
import dev.slicer.training.Hyperparameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRunnerTest {
    @TempDir
    Path folder;

    private final FakeFineTuner tuner = new FakeFineTuner();
    private FineTuner fineTuner = tuner;
    private final List<JobState> reported = new ArrayList<>();
    private final List<CheckpointPublished> announced = new ArrayList<>();
    private final StopSignal signal = new StopSignal(() -> true);
    private BaseModels models = (reference, listener) -> Path.of("models", reference);
    private Path store;
    private Path work;

    @BeforeEach
    void folders() {
        store = folder.resolve("store");
        work = folder.resolve("work");
    }

    @Test
    void shouldPublishAndAnnounceWithAManifestThatTellsHowTheCheckpointCameAbout() {
        // When
        JobState end = run(request("good", "sample:en.train", 4));

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(reported.stream().map(Object::getClass).distinct().toList())
                .isEqualTo(List.of(
                        JobState.Preparing.class,
                        JobState.Running.class,
                        JobState.Publishing.class,
                        JobState.Succeeded.class));
        Manifest manifest = Manifest.read(store.resolve("good"));
        assertThat(manifest.hiddenSize()).isEqualTo(8);
        assertThat(manifest.h()).isEqualTo(4);
        assertThat(manifest.seed()).isEqualTo(42);
        assertThat(manifest.hyperparameters()).containsEntry("learningRate", 2e-5);
        assertThat(manifest.dataFingerprints()).containsOnlyKeys("sample:en.train");
        assertThat(manifest.files()).hasSize(3);
        assertThat(announced).singleElement().satisfies(checkpoint -> {
            assertThat(checkpoint.uri()).isEqualTo(store.resolve("good").toUri());
            assertThat(checkpoint.h()).hasValue(4);
            assertThat(checkpoint.labels()).startsWith("O", "B-PER", "I-PER");
        });
        assertThat(filesIn(work)).isEmpty();
    }

    @Test
    void shouldNotTrainAgainWhenTheCheckpointOfAnEarlierRunIsInTheStore() {
        // Given
        run(request("twice", "sample:en.train", 4));
        announced.clear();

        // When
        JobState end = run(request("twice", "sample:en.train", 4));

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(tuner.jobs).hasSize(1);
        assertThat(announced).extracting(CheckpointPublished::checkpointId).containsExactly("twice");
    }

    @Test
    void shouldFailWithTheReasonAndPublishNothingWhenHDoesNotDivideTheHiddenSize() {
        assertFails(request("bad-h", "sample:en.train", 5), "h = 5 does not divide d = 8");
    }

    @Test
    void shouldNameFileAndLineWhenACorpusCannotBeRead() throws IOException {
        // Given
        Path corpus = Files.writeString(folder.resolve("bad.conll"), "Asha B-PER\nNairobi LOC-B\n");

        // When and then
        assertFails(request("bad-line", corpus.toString(), 4), corpus + ":2: ");
    }

    @Test
    void shouldNameTheCorpusThatIsNotThere() {
        String corpus = folder.resolve("none.conll").toString();
        assertFails(request("no-file", corpus, 4), corpus);
    }

    @Test
    void shouldSayWhatToDoAboutATypeThatIsNotAsked() throws IOException {
        // Given
        Path corpus = Files.writeString(folder.resolve("dates.conll"), "Monday B-DATE\n");

        // When and then
        assertFails(request("bad-type", corpus.toString(), 4), "has the tag B-DATE, but the types are [PER, ORG, LOC]");
        assertThat(tuner.jobs).isEmpty();
    }

    @Test
    void shouldRefuseAJobIdThatIsNoFolderName() {
        assertFails(request("../up", "sample:en.train", 4), "jobId names the checkpoint");
    }

    @Test
    void shouldFailWithTheReasonWhenTheBaseModelCannotBeHad() {
        // Given
        models = (reference, listener) -> {
            throw new ModelException("there is no model mbert");
        };

        // When and then
        assertFails(request("no-model", "sample:en.train", 4), "there is no model mbert");
    }

    @Test
    void shouldEndCancelledAndPublishNothing() {
        // Given
        signal.cancel();

        // When
        JobState end = run(request("cancelled", "sample:en.train", 4));

        // Then
        assertThat(end).isInstanceOf(JobState.Cancelled.class);
        assertThat(filesIn(store)).isEmpty();
        assertThat(filesIn(work)).isEmpty();
    }

    @Test
    void shouldGiveTheJobBackWhenTheTrainerShutsDown() {
        // Given
        signal.giveBack();

        // When
        JobState end = run(request("given-back", "sample:en.train", 4));

        // Then
        assertThat(end).isInstanceOf(JobState.Queued.class);
        assertThat(filesIn(store)).isEmpty();
    }

    @Test
    void shouldLeaveTheJobToBeRunAgainWhenItsEndCannotBeTold() {
        assertThatThrownBy(() -> runner().run(request("untold", "sample:en.train", 4), signal, reported::add, any -> {
                    throw new IllegalStateException("the broker is gone");
                }))
                .isInstanceOf(UntoldException.class)
                .hasMessage("the broker is gone");
        assertThat(reported.get(reported.size() - 1)).isInstanceOf(JobState.Publishing.class);
    }

    @Test
    void shouldKeepTheModelAndSayWhereWhenTheStoreCannotBeReached() throws IOException {
        // Given: what should be a folder is none
        Files.writeString(store, "not mounted");

        // When
        JobState end = run(request("unreachable", "sample:en.train", 4));

        // Then
        Path kept = work.resolve("unreachable");
        assertThat(end).isInstanceOf(JobState.Failed.class);
        assertThat(end.message())
                .startsWith(store.resolve("unreachable") + ": no folder can be made beside it")
                .endsWith("the fine-tuned model is whole and kept in " + kept);
        assertThat(filesIn(kept))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrder("config.json", "model.safetensors", "tokenizer.json");
        assertThat(reported.get(reported.size() - 1)).isEqualTo(end);
        assertThat(announced).isEmpty();

        // And when the store is there again
        Files.delete(store);
        JobState next = run(request("next", "sample:en.train", 4));

        // Then
        assertThat(next).isInstanceOf(JobState.Succeeded.class);
        assertThat(filesIn(work)).containsExactly(kept);
    }

    @Test
    void shouldKeepTheModelWhenTheDiskIsFull() {
        // Given
        CheckpointStore full = new FullStore(folder.resolve("full"));
        JobRunner runner = new JobRunner(models, tuner, new StorePublication(full, Clock.systemUTC()), work);

        // When
        JobState end = runner.run(request("full", "sample:en.train", 4), signal, reported::add, announced::add);

        // Then
        assertThat(end).isInstanceOf(JobState.Failed.class);
        assertThat(end.message())
                .isEqualTo(
                        folder.resolve("full") + ": No space left on device; the fine-tuned model is whole and kept in "
                                + work.resolve("full"));
        assertThat(work.resolve("full/model.safetensors")).isRegularFile();
    }

    @Test
    void shouldRemoveAModelThatCannotBeOfUse() {
        // Given
        fineTuner = (job, progress, cancelled) -> {
            tuner.run(job, progress, cancelled);
            try {
                Files.writeString(job.output().resolve("model.safetensors"), "cut");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        // When and then
        assertFails(request("damaged", "sample:en.train", 4), work.resolve("damaged/model.safetensors") + ": ");
        assertThat(reported.get(reported.size() - 1).message()).doesNotContain("kept in");
    }

    private void assertFails(TrainingRequest request, String reason) {
        assertThat(run(request))
                .isInstanceOfSatisfying(
                        JobState.Failed.class,
                        failed -> assertThat(failed.message()).contains(reason));
        assertThat(announced).isEmpty();
        assertThat(filesIn(store)).isEmpty();
        assertThat(filesIn(work)).isEmpty();
    }

    private JobState run(TrainingRequest request) {
        return runner().run(request, signal, reported::add, announced::add);
    }

    private JobRunner runner() {
        return new JobRunner(
                models, fineTuner, new StorePublication(new FileCheckpointStore(store), Clock.systemUTC()), work);
    }

    private static TrainingRequest request(String jobId, String corpus, int h) {
        Hyperparameters hyperparameters = Hyperparameters.paper().withH(h).withMaxSteps(3);
        return new TrainingRequest(
                jobId, "mbert", List.of(corpus), Map.of(), List.of("PER", "ORG", "LOC"), hyperparameters);
    }

    private record FullStore(Path root) implements CheckpointStore {
        @Override
        public URI publish(Path stagedFolder, Manifest manifest) {
            throw new CheckpointException(root, "No space left on device");
        }

        @Override
        public Path fetch(String id) {
            throw new CheckpointException(root, "there is no " + id);
        }

        @Override
        public List<Checkpoint> list() {
            return List.of();
        }
    }

    private static List<Path> filesIn(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
