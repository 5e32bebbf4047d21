package dev.slicer.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.training.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {
    @TempDir
    Path home;

    @Test
    void shouldTrainSlicerWithTheSettingsThatWereMeasuredToWorkWhereNoneAreGiven() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("train", "--train", "sample:en.train");

        // Then
        Hyperparameters taken = slicer.job().hyperparameters();
        assertThat(exitCode).isZero();
        assertThat(taken).isEqualTo(Hyperparameters.defaults());
        assertThat(taken.h()).hasValue(2);
        assertThat(taken.classifier()).isEqualTo(ClassifierMode.TRAINED);
        assertThat(taken.learningRate()).isEqualTo(5e-5);
        assertThat(taken.maxSteps()).hasValue(700);
        assertThat(taken.batchSize()).isEqualTo(32);
        assertThat(slicer.job().labels().types()).containsExactly("PER", "ORG", "LOC");
    }

    @Test
    void shouldFineTuneInTheStandardWayWhenThatIsAskedFor() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        slicer.run("train", "--train", "sample:en.train", "--h", "standard", "--json");

        // Then
        assertThat(slicer.job().hyperparameters().h()).isEmpty();
        assertThat(slicer.job().hyperparameters().maxSteps()).hasValue(700);
        assertThat(slicer.out()).startsWith("{\"checkpointId\":\"slicer-mbert-h768-");
    }

    @Test
    void shouldTrainWholeEpochsWhenEpochsAreAskedFor() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        slicer.run("train", "--train", "sample:en.train", "--epochs", "3");

        // Then
        assertThat(slicer.job().hyperparameters().maxSteps()).isEmpty();
        assertThat(slicer.job().hyperparameters().epochs()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-2", "two", "2.0", "Standard", "999999999999", ""})
    void shouldRefuseASliceSizeThatIsNone(String h) {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exit = slicer.run("train", "--train", "sample:en.train", "--h=" + h);

        // Then
        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(slicer.err()).contains("h must be a number of at least 1, or standard, got " + h);
    }

    @Test
    void shouldHandAllSettingsOn() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        slicer.run(
                ("train --train sample:en.train --h 8 --classifier frozen --lr 5e-5 --steps 200 --epochs 3 --batch 16 "
                                + "--max-length 128 --seed 7 --types PER,LOC --label-map ORG=O --dropout 0.2 --warmup 0.2 "
                                + "--weight-decay 0.01 --accumulation 2 --threads 1 --word-updates dense "
                                + "--snapshots epoch --save-every 50 --resumable "
                                + home.resolve("run"))
                        .split(" "));

        // Then
        Hyperparameters given = slicer.job().hyperparameters();
        assertThat(given.h()).hasValue(8);
        assertThat(given.classifier()).isEqualTo(ClassifierMode.FROZEN);
        assertThat(given.learningRate()).isEqualTo(5e-5);
        assertThat(given.maxSteps()).hasValue(200);
        assertThat(given.epochs()).isEqualTo(3);
        assertThat(given.batchSize()).isEqualTo(16);
        assertThat(given.accumulation()).isEqualTo(2);
        assertThat(given.maxLength()).isEqualTo(128);
        assertThat(given.seed()).isEqualTo(7);
        assertThat(given.dropout()).isEqualTo(0.2);
        assertThat(given.warmup()).isEqualTo(0.2);
        assertThat(given.weightDecay()).isEqualTo(0.01);
        assertThat(slicer.job().labels().types()).containsExactly("PER", "LOC");
        assertThat(slicer.job().train().get(0).sentences())
                .allSatisfy(sentence -> assertThat(sentence.tags()).doesNotContain("B-ORG", "I-ORG"));
        assertThat(slicer.options().threads()).hasValue(1);
        assertThat(given.wordUpdates()).isEqualTo(WordUpdates.DENSE);
        assertThat(slicer.job().files()).contains(new RunFiles(home.resolve("run"), 50, new Snapshots.EachEpoch()));
    }

    @Test
    void shouldTrainAdaptersAndLeaveTheWordEmbeddingsWhereARankIsGiven() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);
        Path output = home.resolve("model");

        // When
        int exit = slicer.run("train", "--train", "sample:en.train", "--lora", "8", "--output", output.toString());

        // Then
        assertThat(exit).isEqualTo(ExitCode.OK);
        assertThat(slicer.job().hyperparameters().loraRank()).hasValue(8);
        assertThat(slicer.job().hyperparameters().wordUpdates()).isEqualTo(WordUpdates.FROZEN);
        assertThat(Manifest.read(ModelFiles.in(output)).hyperparameters())
                .containsEntry("loraRank", 8)
                .containsEntry("wordUpdates", "FROZEN");
    }

    @Test
    void shouldSayNothingOfAdaptersWhereThereAreNone() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);
        Path output = home.resolve("model");

        // When
        slicer.run("train", "--train", "sample:en.train", "--output", output.toString());

        // Then
        assertThat(slicer.job().hyperparameters().loraRank()).isEmpty();
        assertThat(Manifest.read(ModelFiles.in(output)).hyperparameters()).doesNotContainKey("loraRank");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --lora=0                       | loraRank must be at least 1, got 0
            --lora=8 --word-updates=lazy   | wordUpdates must be FROZEN, or left out, with loraRank, since adapters leave the word embeddings as they are, got LAZY
            --lora=8 --word-updates=dense  | wordUpdates must be FROZEN, or left out, with loraRank, since adapters leave the word embeddings as they are, got DENSE
            --lora=eight                   | --lora
            """)
    void shouldRefuseAdaptersThatCannotBe(String options, String message) {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exit = slicer.run(("train --train sample:en.train " + options).split(" "));

        // Then
        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(slicer.err()).contains(message);
    }

    @Test
    void shouldPublishSnapshotsAsCheckpointsOfTheirOwn() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);
        Path output = home.resolve("model");

        // When
        int exit = slicer.run(
                "train",
                "--train",
                "sample:en.train",
                "--steps",
                "3",
                "--snapshots",
                "2",
                "--output",
                output.toString());

        // Then
        assertThat(exit).isEqualTo(ExitCode.OK);
        assertThat(Manifest.read(ModelFiles.in(output)).id()).isEqualTo("model");
        assertThat(Manifest.read(ModelFiles.in(home.resolve("model-step-2"))).id())
                .isEqualTo("model-step-2");
        assertThat(slicer.out()).contains("snapshot model-step-2 in " + home.resolve("model-step-2"));
    }

    @Test
    void shouldRefuseSnapshotsThatItDoesNotKnow() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exit = slicer.run("train", "--train", "sample:en.train", "--snapshots", "often");

        // Then
        assertThat(exit).isEqualTo(ExitCode.USAGE);
        assertThat(slicer.err()).contains("snapshots must be none, epoch or a number of steps, got \"often\"");
    }

    @Test
    void shouldPublishToTheStoreWithAManifest() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        slicer.run("train", "--train", "sample:en.train", "--h", "8", "--seed", "7", "--epochs", "10", "--json");

        // Then
        Checkpoint published =
                new FileCheckpointStore(home.resolve("checkpoints")).latest().orElseThrow();
        Manifest manifest = published.manifest();
        assertThat(manifest.id()).startsWith("slicer-mbert-h8-20261122T101500-");
        assertThat(manifest.createdAt()).isEqualTo(Instant.parse("2026-11-22T10:15:00Z"));
        assertThat(manifest.baseModel()).isEqualTo("mbert");
        assertThat(manifest.hiddenSize()).isEqualTo(768);
        assertThat(manifest.h()).isEqualTo(8);
        assertThat(manifest.seed()).isEqualTo(7);
        assertThat(manifest.dataFingerprints()).containsOnlyKeys("sample:en.train");
        assertThat(manifest.hyperparameters())
                .containsEntry("learningRate", 5e-5)
                .as("of all epochs")
                .containsEntry("steps", 3);
        assertThat(slicer.out())
                .startsWith("{\"checkpointId\":\"" + manifest.id() + "\",\"folder\":\"" + published.folder()
                        + "\",\"snapshots\":[],\"steps\":3,\"loss\":0.3333333333333333,\"seconds\":");
        assertThat(home.resolve("run")).isEmptyDirectory();
    }

    @Test
    void shouldWriteToTheFolderThatIsNamed() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);
        Path output = home.resolve("mine/my-model");

        // When
        int exitCode = slicer.run("train", "--train", "sample:en.train", "--output", output.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(Manifest.read(ModelFiles.in(output)).id()).isEqualTo("my-model");
        assertThat(Manifest.read(ModelFiles.in(output)).h()).isEqualTo(2);
        assertThat(slicer.out()).startsWith("checkpoint my-model in " + output + " after ");
    }

    @Test
    void shouldRefuseAnOutputFolderThatExists() throws Exception {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);
        Path output = Files.createDirectory(home.resolve("my-model"));

        // When
        int exitCode = slicer.run("train", "--train", "sample:en.train", "--output", output.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: " + output + " exists already; name a new folder with --output\n");
    }

    @Test
    void shouldFailWithTheEnginesReasonAndLeaveNothing() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("train", "--train", "sample:en.train", "--h", "7");

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).endsWith("slicer: h = 7 does not divide the encoder's hidden size 768\n");
        assertThat(home.resolve("run")).isEmptyDirectory();
        assertThat(home.resolve("checkpoints")).doesNotExist();
    }

    @Test
    void shouldNameACorpusThatIsNotThere() {
        // Given
        CommandLineFixture slicer = new CommandLineFixture(home);

        // When
        int exitCode = slicer.run("train", "--train", home.resolve("no.conll").toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).startsWith("slicer: " + home.resolve("no.conll"));
    }
}
