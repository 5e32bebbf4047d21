package dev.slicer.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.corpus.Corpora;
import dev.slicer.encoder.TinyModel;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.ModelEngine;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobFolders;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.JobState;
import dev.slicer.jobs.Publication;
import dev.slicer.jobs.StopSignal;
import dev.slicer.models.ModelStore;
import dev.slicer.models.hub.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command and a trainer's job, with the real engine. */
class TrainAndTrainerTest {
    /** A save brings word embeddings up to date, so that runs that save at different steps differ by rounding. */
    private static final int SAVE_EVERY = 2;

    private static final EngineOptions OPTIONS = new EngineOptions(
            Optional.of(Precision.FP32),
            OptionalInt.empty(),
            OptionalInt.of(1),
            EngineOptions.defaults().maxBatchTokens());

    @TempDir
    Path folder;

    private Path base;
    private Path corpus;
    private Engine engine;

    @BeforeEach
    void writeModelAndCorpus() throws IOException {
        base = TinyModel.write(folder.resolve("base"));
        corpus = Files.writeString(
                folder.resolve("en.conll"), "a O\nP B-PER\nb O\n\nf O\nL B-LOC\ng O\n\nP B-PER\ni I-PER\nd B-DATE\n\n");
        engine = new ModelEngine(ModelReference::parse, new ModelStore(folder.resolve("models")), OPTIONS);
    }

    @Test
    void shouldMakeTheSameCheckpointFromTheSameRequest() throws IOException {
        // Given
        TrainingRequest request = new TrainingRequest(
                "model",
                base.toString(),
                List.of(corpus.toString()),
                Map.of("DATE", "O"),
                List.of("PER", "LOC"),
                Hyperparameters.defaults().withH(8).withMaxSteps(3).withSeed(7));
        Path ofTrainer = folder.resolve("store");
        JobRunner trainer = new JobRunner(
                () -> Corpora::open,
                engine,
                new Publication(new FileCheckpointStore(ofTrainer), CommandLineFixture.CLOCK),
                JobFolders.shared(folder.resolve("work"), folder.resolve("state"), "trainer", SAVE_EVERY));

        // When
        JobState end = trainer.run(request, new StopSignal(() -> true), new Unheard());
        Path ofCommand = folder.resolve("mine/model");
        CommandLineFixture slicer = new CommandLineFixture(folder.resolve("home"), engine);
        int exit = slicer.run(
                "train",
                "--model=" + base,
                "--train=" + corpus,
                "--label-map=DATE=O",
                "--types=PER,LOC",
                "--h=8",
                "--steps=3",
                "--seed=7",
                "--precision=fp32",
                "--threads=1",
                "--resumable=" + folder.resolve("run"),
                "--save-every=" + SAVE_EVERY,
                "--output=" + ofCommand);

        // Then
        assertThat(end).as(end.message()).isInstanceOf(JobState.Succeeded.class);
        assertThat(exit).as(slicer.err()).isZero();
        CheckpointVerifier.verify(ofCommand);
        assertThat(names(ofCommand)).isEqualTo(names(ofTrainer.resolve("model")));
        for (String name : names(ofCommand)) {
            assertThat(ofCommand.resolve(name))
                    .hasSameBinaryContentAs(ofTrainer.resolve("model").resolve(name));
        }
    }

    private static List<String> names(Path checkpoint) throws IOException {
        try (Stream<Path> files = Files.list(checkpoint)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static final class Unheard implements JobContext {
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
}
