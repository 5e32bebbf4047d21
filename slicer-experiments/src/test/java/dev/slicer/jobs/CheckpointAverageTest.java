package dev.slicer.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.CheckpointVerifier;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.experiments.ExperimentException;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.experiments.RunSettings;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.labels.LabelSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointAverageTest {
    private static final LabelSet LABELS = LabelSet.ofTypes(List.of("PER", "LOC"));
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final int HIDDEN_SIZE = 8;

    @TempDir
    Path folder;

    private final Map<Path, String> borders = new HashMap<>();
    private final FakeEngine engine = new FakeEngine(reference -> reference) {
        @Override
        public Optional<String> borders(ModelFiles checkpoint) {
            return Optional.ofNullable(borders.get(checkpoint.folder()));
        }
    };

    @Test
    void shouldSayInTheManifestWhatWasAveraged() throws IOException {
        // Given: two runs that differ in the seed, and a corpus that changed in between
        SourceCheckpoint one = run("one", 42, 4, 1, "sha256:aa");
        SourceCheckpoint two = run("two", 43, 4, 2, "sha256:bb");

        // When
        Path average = publish("mean", CheckpointAverage.of(List.of(one, two), engine));

        // Then
        assertThat(Files.readString(average.resolve(Manifest.FILE_NAME))).isEqualTo(golden("average.json"));
        assertThat(FakeEngine.weight(average)).isEqualTo(1.5f);
    }

    @Test
    void shouldLeaveOutWhatNoManifestSays() throws IOException {
        // Given: a run's snapshots
        List<SourceCheckpoint> snapshots = List.of(snapshot("step-350", 1), snapshot("step-700", 2));

        // When
        Path average = publish("mean", CheckpointAverage.of(snapshots, engine));

        // Then
        Manifest manifest = CheckpointVerifier.verify(average).manifest();
        assertThat(manifest.baseModel()).isEqualTo("step-350");
        assertThat(manifest.h()).isEqualTo(HIDDEN_SIZE);
        assertThat(manifest.labels()).isEqualTo(LABELS.labels());
        assertThat(manifest.hyperparameters()).containsOnlyKeys("averagedFrom");
        assertThat(manifest.hyperparameters().get("averagedFrom"))
                .asInstanceOf(InstanceOfAssertFactories.list(Map.class))
                .allSatisfy(source -> {
                    assertThat(source.get("h")).isNull();
                    assertThat(source.get("seed")).isNull();
                })
                .extracting(source -> source.get("checkpoint"))
                .isEqualTo(List.of("step-350", "step-700"));
    }

    @Test
    void shouldRefuseCheckpointsOfWhichNoSingleManifestIsTrue() {
        SourceCheckpoint sliced = run("sliced", 42, 4, 1, "sha256:aa");
        SourceCheckpoint standard = run("standard", 42, HIDDEN_SIZE, 1, "sha256:aa");
        SourceCheckpoint iob1 = snapshot("iob1", 1);
        SourceCheckpoint iob2 = snapshot("iob2", 1);
        borders.put(iob1.files().folder(), "IOB1");
        borders.put(iob2.files().folder(), "IOB2");

        assertThatThrownBy(() -> CheckpointAverage.of(List.of(sliced, standard), engine))
                .isInstanceOf(ExperimentException.class)
                .hasMessage(
                        "the checkpoints have different slice sizes h: [4, 8]; one checkpoint cannot stand for them");
        assertThatThrownBy(() -> CheckpointAverage.of(List.of(iob1, iob2), engine))
                .isInstanceOf(ExperimentException.class)
                .hasMessage("the checkpoints mark where entities begin in different ways: [IOB1, IOB2]; one checkpoint "
                        + "cannot stand for them");
    }

    /** Trainers used to write the names of the averaged jobs, the command line what is written now. */
    @ParameterizedTest
    @ValueSource(strings = {"average-of-names.json", "average-of-objects.json"})
    void shouldReadTheManifestsOfEarlierVersions(String name) throws IOException {
        // Given
        Path model = FakeEngine.writeModel(folder.resolve("earlier"), LABELS, HIDDEN_SIZE, 1);
        Files.writeString(model.resolve(Manifest.FILE_NAME), golden(name));

        // When
        Manifest manifest = Manifest.read(ModelFiles.in(model));
        SourceCheckpoint source = SourceCheckpoint.of("earlier", ModelFiles.in(model));
        Provenance again = CheckpointAverage.of(List.of(source, source), engine).provenance();

        // Then
        assertThat(Provenance.isOfAverage(manifest)).isTrue();
        assertThat(RunSettings.of(manifest, "en", OptionalInt.empty()).steps()).isEqualTo(700);
        assertThat(again.hyperparameters().get("averagedFrom"))
                .asString()
                .contains("earlier")
                .doesNotContain("one");
        assertThat(again.hyperparameters()).containsEntry("learningRate", 5e-5);
    }

    private Path publish(String id, CheckpointAverage average) {
        Path staged = folder.resolve("staged");
        average.write(staged);
        new FileCheckpointStore(folder).publish(staged, average.provenance().manifest(id, NOON));
        return folder.resolve(id);
    }

    private SourceCheckpoint run(String id, long seed, int h, float weight, String fingerprint) {
        Manifest manifest = new Provenance(
                        "mbert",
                        HIDDEN_SIZE,
                        h,
                        RecordedHyperparameters.of(
                                Hyperparameters.defaults().withH(4).withSeed(seed), 700),
                        seed,
                        LABELS.labels(),
                        Map.of("en.train.conll", fingerprint),
                        Map.of("news/sw/strict", 0.5))
                .manifest(id, NOON);
        new FileCheckpointStore(folder)
                .publish(FakeEngine.writeModel(folder.resolve("staged-" + id), LABELS, HIDDEN_SIZE, weight), manifest);
        return SourceCheckpoint.of(id, ModelFiles.in(folder.resolve(id)));
    }

    private SourceCheckpoint snapshot(String name, float weight) {
        return SourceCheckpoint.of(
                name, ModelFiles.in(FakeEngine.writeModel(folder.resolve(name), LABELS, HIDDEN_SIZE, weight)));
    }

    private static String golden(String name) throws IOException {
        try (InputStream resource = CheckpointAverageTest.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        }
    }
}
