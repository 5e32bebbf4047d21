package dev.slicer.cli.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.encoder.TinyModel;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AverageCommandTest {
    @TempDir
    Path home;

    private CommandLineFixture slicer;

    @BeforeEach
    void commandLine() {
        slicer = new CommandLineFixture(home);
    }

    @Test
    void shouldPublishACheckpointThatSaysWhatWasAveraged() throws Exception {
        // Given two runs of the store that differ in their seed
        publish("seed-42", 8, 42);
        publish("seed-43", 8, 43);

        // When
        int exitCode = slicer.run("average", "--checkpoint", "seed-42", "--checkpoint", "seed-43", "--json");

        // Then
        assertThat(slicer.err()).isEqualTo("averaging 2 checkpoints\n");
        assertThat(exitCode).isZero();
        Checkpoint average = new FileCheckpointStore(home.resolve("checkpoints"))
                .list().stream()
                        .filter(checkpoint -> checkpoint.id().contains("average"))
                        .findFirst()
                        .orElseThrow();
        Manifest manifest = CheckpointVerifier.verify(average.folder()).manifest();
        assertThat(manifest.id()).startsWith("slicer-mbert-average-2-h8-20261122T101500-");
        assertThat(manifest.baseModel()).isEqualTo("mbert");
        assertThat(manifest.h()).isEqualTo(8);
        assertThat(manifest.labels()).containsExactly("O", "B-PER", "I-PER");
        assertThat(manifest.dataFingerprints()).containsExactly(Map.entry("sample:en.train", "sha256:00"));
        assertThat(manifest.hyperparameters()).containsEntry("dropout", 0.1).doesNotContainKey("seed");
        assertThat(manifest.hyperparameters().get("averagedFrom")).asString().contains("seed-42", "seed-43", "sha256");
        assertThat(slicer.out())
                .isEqualTo("{\"checkpointId\":\"" + manifest.id() + "\",\"folder\":\"" + average.folder()
                        + "\",\"averagedFrom\":[\"seed-42\",\"seed-43\"]}\n");
        assertThat(home.resolve("run")).isEmptyDirectory();
    }

    @Test
    void shouldAverageFoldersWithoutManifestToAFolder() throws Exception {
        // Given
        Path first = fineTuned(home.resolve("step-350"));
        Path second = fineTuned(home.resolve("last"));
        Path output = home.resolve("mine/average");

        // When
        int exitCode = slicer.run(
                "average", "--checkpoint", first.toString(), second.toString(), "--output", output.toString());

        // Then
        assertThat(exitCode).isZero();
        assertThat(CheckpointVerifier.verify(output).id()).isEqualTo("average");
        assertThat(Files.readAllBytes(output.resolve("model.safetensors")))
                .isEqualTo(Files.readAllBytes(first.resolve("model.safetensors")));
        assertThat(slicer.out()).isEqualTo("checkpoint average in " + output + ", average of 2\n");
    }

    @Test
    void shouldSayWhyCheckpointsAreNoneOfAKind() throws Exception {
        // Given
        publish("sliced", 8, 42);
        publish("standard", TinyModel.HIDDEN_SIZE, 42);
        Path base = TinyModel.write(home.resolve("base"));
        Path relabelled = fineTuned(home.resolve("relabelled"));
        Path config = relabelled.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("PER", "LOC"));
        int before = home.resolve("checkpoints").toFile().list().length;

        // Then
        fails(
                "the checkpoints have different slice sizes h: [8, 32]; one checkpoint cannot stand for them",
                "sliced",
                "standard");
        fails(base + "/config.json: has no id2label: it is not fine-tuned", base.toString());
        fails(relabelled + "/config.json: has id2label ", "sliced", relabelled.toString());
        fails(home.resolve("checkpoints/absent") + ": there is no such checkpoint", "absent");
        assertThat(home.resolve("checkpoints").toFile().list()).hasSize(before);
        assertThat(home.resolve("run")).isEmptyDirectory();
    }

    @Test
    void shouldWriteDownHowModelsMarkWhereEntitiesBeginAndMixNone() throws Exception {
        // Given
        Path first = fineTuned(home.resolve("first"));
        Path second = fineTuned(home.resolve("second"));
        Path other = fineTuned(home.resolve("other"));
        slicer.withBorders(first, "IOB1").withBorders(second, "IOB1").withBorders(other, "IOB2");
        Path output = home.resolve("average");

        // When
        int alike = slicer.run(
                "average", "--checkpoint", first.toString(), second.toString(), "--output", output.toString());
        int mixed =
                slicer.run("average", "--checkpoint", first.toString(), other.toString(), "--output", home + "/mixed");

        // Then
        assertThat(alike).isZero();
        assertThat(Json.mapper()
                        .readTree(output.resolve("config.json").toFile())
                        .path("label_scheme"))
                .isEqualTo(TextNode.valueOf("IOB1"));
        assertThat(mixed).isEqualTo(1);
        assertThat(slicer.err())
                .endsWith(
                        "slicer: the checkpoints mark where entities begin in different ways: [IOB1, IOB2]; one checkpoint "
                                + "cannot stand for them\n");
    }

    @Test
    void shouldRefuseAnOutputFolderThatExists() throws Exception {
        // Given
        Path model = fineTuned(home.resolve("model"));

        // When
        int exitCode = slicer.run("average", "--checkpoint", model.toString(), "--output", home.toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).isEqualTo("slicer: " + home + " exists already; name a new folder with --output\n");
    }

    private void fails(String problem, String... checkpoints) {
        CommandLineFixture fresh = new CommandLineFixture(home);
        String[] arguments = new String[checkpoints.length + 2];
        arguments[0] = "average";
        arguments[1] = "--checkpoint";
        System.arraycopy(checkpoints, 0, arguments, 2, checkpoints.length);
        assertThat(fresh.run(arguments)).isEqualTo(1);
        assertThat(fresh.err()).contains("slicer: " + problem);
    }

    private void publish(String id, int h, long seed) throws IOException {
        Manifest manifest = new Manifest(
                id,
                Instant.parse("2026-11-22T10:00:00Z"),
                List.of(),
                "mbert",
                TinyModel.HIDDEN_SIZE,
                h,
                Map.of("dropout", 0.1, "seed", seed),
                seed,
                List.of("O", "B-PER", "I-PER"),
                Map.of("sample:en.train", "sha256:00"),
                Map.of());
        new FileCheckpointStore(home.resolve("checkpoints")).publish(fineTuned(home.resolve("staged-" + id)), manifest);
    }

    /** As far as files tell: a model with labels. */
    private static Path fineTuned(Path folder) throws IOException {
        Path config = TinyModel.write(folder).resolve("config.json");
        String labels = "{\"id2label\": {\"0\": \"O\", \"1\": \"B-PER\", \"2\": \"I-PER\"}, ";
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", labels));
        return folder;
    }
}
