package dev.slicer.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.models.ModelException;
import dev.slicer.training.Hyperparameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRunnerTest {
    @TempDir
    Path folder;

    private final FakeFineTuner tuner = new FakeFineTuner();
    private final List<JobState> reported = new ArrayList<>();
    private final List<CheckpointPublished> announced = new ArrayList<>();
    private final StopSignal signal = new StopSignal();
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
                    throw new KafkaException("the broker is gone");
                }))
                .isInstanceOf(KafkaException.class);
        assertThat(reported.get(reported.size() - 1)).isInstanceOf(JobState.Publishing.class);
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
                models, tuner, new StorePublication(new FileCheckpointStore(store), Clock.systemUTC()), work);
    }

    private static TrainingRequest request(String jobId, String corpus, int h) {
        Hyperparameters hyperparameters = Hyperparameters.paper().withH(h).withMaxSteps(3);
        return new TrainingRequest(
                jobId, "mbert", List.of(corpus), Map.of(), List.of("PER", "ORG", "LOC"), hyperparameters);
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
