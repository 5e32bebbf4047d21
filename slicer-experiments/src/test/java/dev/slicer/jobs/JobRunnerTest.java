package dev.slicer.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.VerifiedCheckpoint;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.events.Benchmark;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingException;
import dev.slicer.training.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobRunnerTest {
    private static final String OWNER = "trainer-1";

    @TempDir
    Path folder;

    private final FakeEngine fake = new FakeEngine(reference -> reference);
    private FineTuner fineTuner = fake::fineTune;
    private final List<JobState> reported = new ArrayList<>();
    private final List<CheckpointPublished> announced = new ArrayList<>();
    private final StopSignal signal = new StopSignal(() -> true);
    private Function<String, Path> models = reference -> Path.of("models", reference);
    private BiFunction<Path, Corpus, SelfAttentionShares> attention = (model, corpus) -> {
        throw new AssertionError("nobody asked for attention");
    };
    private final Engine engine = new ScriptedEngine();
    private final Map<String, SelfAttentionShares> measured = new LinkedHashMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private Consumer<CheckpointPublished> announcing = announced::add;
    private Path store;
    private Path work;
    private Path state;

    @BeforeEach
    void folders() {
        store = folder.resolve("store");
        work = folder.resolve("work");
        state = folder.resolve("state");
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
        Manifest manifest = Manifest.read(ModelFiles.in(store.resolve("good")));
        assertThat(manifest.hiddenSize()).isEqualTo(8);
        assertThat(manifest.h()).isEqualTo(4);
        assertThat(manifest.seed()).isEqualTo(42);
        assertThat(manifest.hyperparameters()).containsEntry("learningRate", 5e-5);
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
        assertThat(fake.jobs).hasSize(1);
        assertThat(announced).extracting(CheckpointPublished::checkpointId).containsExactly("twice");
    }

    @Test
    void shouldFailWithTheReasonAndPublishNothingWhenHDoesNotDivideTheHiddenSize() {
        assertFails(request("bad-h", "sample:en.train", 5), "h = 5 does not divide the encoder's hidden size 8");
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
        assertFails(
                request("bad-type", corpus.toString(), 4),
                "sentence 1, word 1: its tag is of none of the types [PER, ORG, LOC]");
        assertThat(fake.jobs).isEmpty();
    }

    @Test
    void shouldSayThatThereIsNothingToLearnWhenNoSentenceHasAnEntity() throws IOException {
        // Given
        Path corpus = Files.writeString(folder.resolve("plain.conll"), "Asha O\nyuko O\n");

        // When and then
        assertFails(request("no-entity", corpus.toString(), 4), "no sentence has an entity in [plain.conll]");
        assertThat(fake.jobs).isEmpty();
    }

    @Test
    void shouldFailWithTheStepWhenTheLossIsNoNumber() {
        // Given
        fineTuner = (job, progress, cancelled) -> {
            fake.fineTune(job, progress, cancelled);
            throw new TrainingException("the loss is NaN after step 3");
        };

        // When and then
        assertFails(request("nan", "sample:en.train", 4), "the loss is NaN after step 3");
    }

    @Test
    void shouldFailWithTheReasonWhenTheBaseModelCannotBeHad() {
        // Given
        models = reference -> {
            throw new ModelException("there is no model mbert");
        };

        // When and then
        assertFails(request("no-model", "sample:en.train", 4), "there is no model mbert");
    }

    @Test
    void shouldEndCancelledAndPublishNothing() {
        // Given
        signal.cancel(Optional.empty());

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
        // Given
        announcing = any -> {
            throw new IllegalStateException("the broker is gone");
        };

        // When and then
        assertThatThrownBy(() -> run(request("untold", "sample:en.train", 4)))
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
        Path kept = work.resolve("unreachable-" + OWNER);
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
        JobRunner runner = new JobRunner(
                () -> Corpora::open,
                engine,
                new Publication(full, Clock.systemUTC()),
                JobFolders.shared(work, state, OWNER, 2));

        // When
        JobState end = runner.run(request("full", "sample:en.train", 4), signal, new Context());

        // Then
        assertThat(end).isInstanceOf(JobState.Failed.class);
        assertThat(end.message())
                .isEqualTo(
                        folder.resolve("full") + ": No space left on device; the fine-tuned model is whole and kept in "
                                + work.resolve("full-" + OWNER));
        assertThat(work.resolve("full-" + OWNER + "/model.safetensors")).isRegularFile();
    }

    @Test
    void shouldRemoveAModelThatCannotBeOfUse() {
        // Given
        fineTuner = (job, progress, cancelled) -> {
            List<Snapshot> snapshots = fake.fineTune(job, progress, cancelled);
            try {
                Files.writeString(job.output().resolve("model.safetensors"), "cut");
                return snapshots;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        // When and then
        assertFails(
                request("damaged", "sample:en.train", 4),
                work.resolve("." + OWNER + "/damaged/model.safetensors") + ": ");
        assertThat(reported.get(reported.size() - 1).message()).doesNotContain("kept in");
    }

    @Test
    void shouldGoOnFromTheSavedStateOfARunThatWasBrokenOff() {
        // Given
        assertThat(breakOff(OWNER, request("broken-off", "sample:en.train", 4, 5), 3))
                .isInstanceOf(JobState.Queued.class);
        assertThat(regularFiles(state))
                .containsOnlyKeys(state.resolve("broken-off/" + OWNER + "/state/step-000002/state.json"));

        // When
        JobState end =
                runner().run(request("broken-off", "sample:en.train", 4, 5), new StopSignal(() -> true), new Context());

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(reported.stream().flatMap(each -> each.progress().stream()))
                .allMatch(at -> at.resumedFrom() == 2)
                .extracting(TrainingProgress::step)
                .startsWith(3);
        assertThat(regularFiles(state)).isEmpty();
    }

    @Test
    void shouldPublishNothingWhenTheJobIsAnothersByThen() {
        // Given
        AtomicBoolean held = new AtomicBoolean(true);
        fineTuner = (job, progress, cancelled) -> {
            List<Snapshot> snapshots = fake.fineTune(job, progress, cancelled);
            held.set(false);
            return snapshots;
        };

        // When
        JobState end = runner().run(request("lost", "sample:en.train", 4), new StopSignal(held::get), new Context());

        // Then
        assertThat(end).isInstanceOf(JobState.Queued.class);
        assertThat(end.message()).isEqualTo("the trainer could not be sure any longer that the job was its own");
        assertThat(filesIn(store)).isEmpty();
    }

    @Test
    void shouldAnnounceTheCheckpointOfWhoeverWasFasterWhenTwoPublish() {
        // Given
        fineTuner = (job, progress, cancelled) -> {
            List<Snapshot> snapshots = fake.fineTune(job, progress, cancelled);
            fineTuner = fake::fineTune;
            runner("faster").run(request("both", "sample:en.train", 4), signal, new Context());
            return fake.fineTune(job, progress, cancelled);
        };

        // When
        JobState end = run(request("both", "sample:en.train", 4));

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(new FileCheckpointStore(store).list()).hasSize(1);
    }

    @Test
    void shouldGoOnFromWhatAnotherSavedAndLeaveItsFilesAlone() throws IOException {
        // Given: snapshots after steps 2 and 4, and the state after step 4
        TrainingRequest request = scored("orphan", places("test.conll"), Optional.empty(), 7);
        assertThat(breakOff(OWNER, request, 5)).isInstanceOf(JobState.Queued.class);
        Map<Path, String> left = regularFiles(state.resolve("orphan"));
        assertThat(left).hasSize(2 * 3 + 1);

        // When
        JobState end = runner("heir").run(request, new StopSignal(() -> true), new Context());

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(reported.stream().flatMap(each -> each.progress().stream())).allMatch(at -> at.resumedFrom() == 4);
        assertThat(((JobState.Succeeded) end).scores())
                .extracting(ScoreLine::protocol)
                .contains("average-last-2");
        assertThat(regularFiles(state.resolve("orphan"))).isEqualTo(left);
    }

    @Test
    void shouldTakeTheFurthestStateThatAnybodyLeft() {
        // Given
        TrainingRequest request = request("to-and-fro", "sample:en.train", 4, 9);
        breakOff(OWNER, request, 5);
        breakOff("other", request, 7);

        // When
        run(request);

        // Then: neither its own after step 4 nor the beginning
        assertThat(reported.stream().flatMap(each -> each.progress().stream()))
                .isNotEmpty()
                .allMatch(at -> at.resumedFrom() == 6);
    }

    /** How a trainer goes on that was suspended for longer than its lock, and that another has taken the job over from. */
    enum Awakening {
        NOTICES_THAT_THE_JOB_IS_LOST,
        FAILS_BEFORE_IT_NOTICES,
        IS_CANCELLED,
        PUBLISHES_BEFORE_IT_NOTICES
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(30)
    void shouldHarmNobodyWhenItWakesUpAndAnotherHasTheJob(Awakening awakening) throws Exception {
        // Given: one that was suspended after its fifth step, with the heir past its seventh
        TrainingRequest request = request("contested", "sample:en.train", 4, 9);
        AtomicBoolean held = new AtomicBoolean(true);
        StopSignal ofDeposed = new StopSignal(held::get);
        CountDownLatch heirIsAtWork = new CountDownLatch(1);
        CountDownLatch deposedIsDone = new CountDownLatch(1);
        CompletableFuture<JobState> heir = new CompletableFuture<>();
        Map<Path, String> ofHeir = new TreeMap<>();
        fineTuner = (job, progress, cancelled) -> job.output().startsWith(work.resolve(".heir"))
                ? fake.fineTune(
                        job,
                        at -> {
                            progress.accept(at);
                            if (at.step() == 7) {
                                heirIsAtWork.countDown();
                                await(deposedIsDone);
                            }
                        },
                        cancelled)
                : fake.fineTune(
                        job,
                        at -> {
                            progress.accept(at);
                            if (at.step() == 5) {
                                new Thread(() -> heir.complete(
                                                runner("heir").run(request, new StopSignal(() -> true), new Quiet())))
                                        .start();
                                await(heirIsAtWork);
                                ofHeir.putAll(filesOf("heir"));
                                wake(awakening, held, ofDeposed);
                            }
                        },
                        cancelled);

        // When
        JobState end = runner("deposed").run(request, ofDeposed, new Quiet());
        Map<Path, String> afterwards = filesOf("heir");
        deposedIsDone.countDown();

        // Then
        assertThat(ofHeir).isNotEmpty();
        assertThat(afterwards).isEqualTo(ofHeir);
        assertThat(heir.get(20, TimeUnit.SECONDS)).isInstanceOf(JobState.Succeeded.class);
        assertThat(new FileCheckpointStore(store).list()).hasSize(1);
        boolean first = awakening == Awakening.PUBLISHES_BEFORE_IT_NOTICES;
        assertThat(end).isInstanceOf(first ? JobState.Succeeded.class : JobState.class);
        assertThat(FakeEngine.weight(store.resolve("contested")))
                .as("the step that the model went on from, which tells whose it is")
                .isEqualTo(first ? 0 : 4);
        assertThat(filesIn(work)).isEmpty();
    }

    private void wake(Awakening awakening, AtomicBoolean held, StopSignal deposed) {
        switch (awakening) {
            case NOTICES_THAT_THE_JOB_IS_LOST -> held.set(false);
            case FAILS_BEFORE_IT_NOTICES -> throw new TrainingException("the loss is NaN");
            case IS_CANCELLED -> deposed.cancel(Optional.empty());
            case PUBLISHES_BEFORE_IT_NOTICES -> assertThat(held).isTrue();
        }
    }

    private Map<Path, String> filesOf(String owner) {
        Map<Path, String> files = regularFiles(work.resolve("." + owner));
        files.putAll(regularFiles(state.resolve("contested").resolve(owner)));
        return files;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A run that is given back after a step. */
    private JobState breakOff(String owner, TrainingRequest request, int step) {
        StopSignal its = new StopSignal(() -> true);
        fineTuner = (job, progress, cancelled) -> fake.fineTune(
                job,
                at -> {
                    progress.accept(at);
                    if (at.step() == step) {
                        its.giveBack();
                    }
                },
                cancelled);
        JobState end = runner(owner).run(request, its, new Context());
        fineTuner = fake::fineTune;
        reported.clear();
        return end;
    }

    @Test
    void shouldDeleteWhatOthersLeftLongAgoAndNothingYounger() throws IOException {
        // Given
        Path old = Files.createDirectories(work.resolve(".dead/job"));
        Path young = Files.createDirectories(work.resolve(".alive/job"));
        Path kept = Files.createDirectories(work.resolve("job-dead"));
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
        for (Path each : List.of(old, old.getParent(), young.getParent(), kept)) {
            Files.setLastModifiedTime(each, longAgo);
        }

        // When
        runner().discardAbandoned();

        // Then
        assertThat(filesIn(work)).containsExactlyInAnyOrder(young.getParent(), kept);
    }

    @Test
    void shouldScoreTheRunUnderAllProtocolsAndWriteTheLastIntoTheManifest() throws IOException {
        // Given
        TrainingRequest request = scored("scored", places("test.conll"), Optional.of(places("dev.conll")));

        // When
        JobState end = run(request);

        // Then
        assertThat(reported.stream().map(Object::getClass).distinct().toList())
                .isEqualTo(List.of(
                        JobState.Preparing.class,
                        JobState.Running.class,
                        JobState.Scoring.class,
                        JobState.Publishing.class,
                        JobState.Succeeded.class));
        List<ScoreLine> scores = ((JobState.Succeeded) end).scores();
        assertThat(scores).extracting(ScoreLine::protocol).containsOnly("last", "best-validation", "average-last-2");
        assertThat(scores).hasSize(9).allSatisfy(line -> {
            assertThat(line.source()).isEqualTo("en");
            assertThat(line.h()).isEqualTo(4);
            assertThat(line.steps()).isEqualTo(3);
            assertThat(line.seed()).hasValue(42);
            assertThat(line.benchmark()).isEqualTo("places");
            assertThat(line.language()).isEqualTo("sw");
            // One of two entities is a place with a capital letter; nothing else has one.
            assertThat(line.f1()).isEqualTo(0.6667);
        });
        assertThat(Manifest.read(ModelFiles.in(store.resolve("scored"))).scores())
                .containsOnly(Map.entry("places/sw/strict", 0.6667));
        assertThat(regularFiles(state)).isEmpty();
    }

    @Test
    void shouldTellTheScoresAgainWhenOnlyTheTellingHadFailed() throws IOException {
        // Given
        TrainingRequest request = scored("retold", places("test.conll"), Optional.empty());
        announcing = any -> {
            throw new IllegalStateException("the broker is gone");
        };
        assertThatThrownBy(() -> run(request)).isInstanceOf(UntoldException.class);
        announcing = announced::add;

        // When
        JobState end = runner().run(request, new StopSignal(() -> true), new Context());

        // Then
        assertThat(((JobState.Succeeded) end).scores()).hasSize(6);
        assertThat(fake.jobs).hasSize(1);
    }

    @Test
    void shouldSayWhichBenchmarkCorpusIsMissingBeforeAnythingIsTrained() {
        assertFails(
                scored("no-benchmark", folder.resolve("none.conll").toString(), Optional.empty()),
                folder.resolve("none.conll").toString());
        assertThat(fake.jobs).isEmpty();
    }

    @Test
    void shouldKeepTheModelWhenItCannotBeScored() throws IOException {
        // Given: fewer models than are to be averaged
        TrainingRequest request = new TrainingRequest(
                "unscored",
                "mbert",
                List.of("sample:en.train"),
                List.of(),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(3),
                new Snapshots.EachSteps(2),
                OptionalInt.of(5),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Benchmark("places", Map.of("sw", places("test.conll")), Map.of())),
                List.of());

        // When
        JobState end = run(request);

        // Then
        assertThat(end).isInstanceOf(JobState.Failed.class);
        assertThat(end.message())
                .startsWith("the run could not be scored: can't average the last 5 of 2 models")
                .endsWith("the fine-tuned model is whole and kept in " + work.resolve("unscored-" + OWNER));
        assertThat(work.resolve("unscored-" + OWNER + "/model.safetensors")).isRegularFile();
        assertThat(filesIn(store)).isEmpty();
    }

    @Test
    void shouldAverageTheCheckpointsOfOtherJobsAndScoreTheAverage() throws IOException {
        // Given: weights 0 and 2, as the second went on after step 2
        run(request("one", "sample:en.train", 4));
        breakOff(OWNER, request("two", "sample:en.train", 4), 2);
        runner().run(request("two", "sample:en.train", 4), new StopSignal(() -> true), new Context());
        reported.clear();

        // When
        JobState end = run(average("mean", places("test.conll")));

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(reported.stream().map(Object::getClass)).doesNotContain(JobState.Running.class);
        assertThat(FakeEngine.weight(store.resolve("mean"))).isEqualTo(1);
        assertThat(((JobState.Succeeded) end).scores()).hasSize(3).allSatisfy(line -> {
            assertThat(line.protocol()).isEqualTo("average-runs-2");
            assertThat(line.seed()).isEmpty();
            assertThat(line.steps()).isEqualTo(3);
        });
        Manifest manifest = Manifest.read(ModelFiles.in(store.resolve("mean")));
        assertThat(manifest.dataFingerprints()).containsOnlyKeys("sample:en.train");
        assertThat(manifest.scores()).containsOnly(Map.entry("places/sw/strict", 0.6667));
        assertThat(manifest.hyperparameters())
                .containsEntry("averagedFrom", List.of(averaged("one"), averaged("two")))
                .containsEntry("learningRate", 5e-5);
    }

    private Map<String, Object> averaged(String id) {
        return Map.of(
                "checkpoint", id, "h", 4, "seed", 42, "sha256", ModelWeights.sha256(ModelFiles.in(store.resolve(id))));
    }

    @Test
    void shouldSayWhichJobHasNothingToAverageAndWhy() throws IOException {
        // Given
        run(request("one", "sample:en.train", 4));
        announced.clear();
        failures.put("two", "FAILED, no disk");

        // When
        JobState end = run(average("mean", places("test.conll")));

        // Then
        assertThat(end.message())
                .isEqualTo("job two, whose weights were to be averaged, has no checkpoint: FAILED, no disk");
        assertThat(announced).isEmpty();
    }

    @Test
    void shouldMeasureAttentionBeforeAndAfterFineTuning() {
        // Given
        attention = (model, corpus) -> new SelfAttentionShares(
                List.of(model.endsWith("mbert") ? 0.1 : 0.2),
                5,
                corpus.sentences().size());
        TrainingRequest request = new TrainingRequest(
                "watched",
                "mbert",
                List.of("sample:en.train"),
                List.of(),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(3),
                new Snapshots.None(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of("sample:sw.test"));

        // When
        JobState end = run(request);

        // Then
        assertThat(end).isInstanceOf(JobState.Succeeded.class);
        assertThat(measured.get("base").byLayer()).containsExactly(0.1);
        assertThat(measured.get("fine-tuned").byLayer()).containsExactly(0.2);
    }

    @Test
    void shouldFailWhenTheDiskIsFullWhileTheStateIsSaved() {
        // Given
        fineTuner = (job, progress, cancelled) -> {
            throw new UncheckedIOException("cannot write " + job.output(), new IOException("No space left on device"));
        };

        // When and then
        assertFails(
                request("disk", "sample:en.train", 4),
                "cannot write " + work.resolve("." + OWNER + "/disk") + ": No space left on device");
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, AssertionError.class, UnsatisfiedLinkError.class})
    void shouldFailWhateverErrorBringsTheRunDown(Class<? extends Error> error) {
        // Given
        fineTuner = (job, progress, cancelled) -> {
            try {
                throw error.getConstructor().newInstance();
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        };

        // When and then
        assertFails(request("deep", "sample:en.train", 4), "an unexpected error, which is a fault of Slicer");
    }

    private String places(String name) throws IOException {
        return Files.writeString(folder.resolve(name), "Nairobi B-LOC\nna O\nmombasa B-LOC\n")
                .toString();
    }

    private static TrainingRequest scored(String jobId, String test, Optional<String> validation) {
        return scored(jobId, test, validation, 3);
    }

    private static TrainingRequest scored(String jobId, String test, Optional<String> validation, int steps) {
        return new TrainingRequest(
                jobId,
                "mbert",
                List.of("sample:en.train"),
                List.of(),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(steps),
                new Snapshots.EachSteps(2),
                OptionalInt.of(2),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Benchmark(
                        "places",
                        Map.of("sw", test),
                        validation.map(dev -> Map.of("sw", dev)).orElseGet(Map::of))),
                List.of());
    }

    private static TrainingRequest average(String jobId, String test) {
        return new TrainingRequest(
                jobId,
                "mbert",
                List.of(),
                List.of("one", "two"),
                Map.of(),
                List.of("PER", "ORG", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(3),
                new Snapshots.None(),
                OptionalInt.empty(),
                Optional.of("en"),
                Optional.empty(),
                Optional.of(new Benchmark("places", Map.of("sw", test), Map.of())),
                List.of());
    }

    private void assertFails(TrainingRequest request, String reason) {
        assertThat(run(request))
                .isInstanceOfSatisfying(
                        JobState.Failed.class,
                        failed -> assertThat(failed.message()).contains(reason));
        assertThat(announced).isEmpty();
        assertThat(filesIn(store)).isEmpty();
        assertThat(filesIn(work)).isEmpty();
        assertThat(regularFiles(state)).isEmpty();
    }

    private JobState run(TrainingRequest request) {
        return runner().run(request, signal, new Context());
    }

    private JobRunner runner() {
        return runner(OWNER);
    }

    private JobRunner runner(String owner) {
        return new JobRunner(
                () -> Corpora::open,
                engine,
                new Publication(new FileCheckpointStore(store), Clock.systemUTC()),
                JobFolders.shared(work, state, owner, 2));
    }

    /** As {@link FakeEngine}, but for what a test makes go wrong. */
    private final class ScriptedEngine extends FakeEngine {
        ScriptedEngine() {
            super(reference -> reference);
        }

        @Override
        public Path baseModel(String reference, DownloadListener listener) {
            return models.apply(reference);
        }

        @Override
        public List<Snapshot> fineTune(
                FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
            return fineTuner.fineTune(job, progress, cancelled);
        }

        @Override
        public SelfAttentionShares selfAttention(
                ModelFiles model, Corpus corpus, TokenGroup tokens, SelfAttention.Progress progress) {
            return attention.apply(model.folder(), corpus);
        }
    }

    @FunctionalInterface
    private interface FineTuner {
        List<Snapshot> fineTune(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled);
    }

    private final class Context implements JobContext {
        @Override
        public void changed(JobState state) {
            reported.add(state);
        }

        @Override
        public void published(CheckpointPublished checkpoint) {
            announcing.accept(checkpoint);
        }

        @Override
        public void measured(String model, SelfAttentionShares shares) {
            measured.put(model, shares);
        }

        @Override
        public Optional<String> failureOf(String jobId) {
            return Optional.ofNullable(failures.get(jobId));
        }
    }

    /** For runs beside one another. */
    private static final class Quiet implements JobContext {
        @Override
        public void changed(JobState state) {}

        @Override
        public void published(CheckpointPublished checkpoint) {}

        @Override
        public void measured(String model, SelfAttentionShares shares) {}

        @Override
        public Optional<String> failureOf(String jobId) {
            return Optional.empty();
        }
    }

    private static TrainingRequest request(String jobId, String corpus, int h) {
        return request(jobId, corpus, h, 3);
    }

    private static TrainingRequest request(String jobId, String corpus, int h, int steps) {
        Hyperparameters hyperparameters = Hyperparameters.defaults().withH(h).withMaxSteps(steps);
        return new TrainingRequest(
                jobId, "mbert", List.of(corpus), Map.of(), List.of("PER", "ORG", "LOC"), hyperparameters);
    }

    private record FullStore(Path root) implements CheckpointStore {
        @Override
        public Checkpoint publish(Path stagedFolder, Manifest manifest) {
            throw new CheckpointException(root, "No space left on device");
        }

        @Override
        public VerifiedCheckpoint fetch(String id) {
            throw new CheckpointException(root, "there is no " + id);
        }

        @Override
        public VerifiedCheckpoint fetch(String id, Optional<String> digest) {
            return fetch(id);
        }

        @Override
        public ModelFiles fetchFolder(Path place) {
            return ModelFiles.in(place);
        }

        @Override
        public List<Checkpoint> list() {
            return List.of();
        }
    }

    /** Content and time of each. */
    private static Map<Path, String> regularFiles(Path folder) {
        Map<Path, String> files = new TreeMap<>();
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path file : all.filter(Files::isRegularFile).toList()) {
                    files.put(file, Files.getLastModifiedTime(file) + " " + Arrays.toString(Files.readAllBytes(file)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
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
