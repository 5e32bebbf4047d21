package dev.slicer.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.EmbeddingTraining;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.metrics.Evaluator;
import dev.slicer.metrics.Scoring;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RunSettingsTest {
    private static final Map<String, Object> HYPERPARAMETERS =
            Map.of("classifier", "FROZEN", "learningRate", 5e-5, "maxSteps", 700);

    @Test
    void shouldTakeTheSettingsFromTheManifest() {
        assertThat(RunSettings.of(manifest(HYPERPARAMETERS), "en", OptionalInt.empty()))
                .isEqualTo(new RunSettings(
                        "en",
                        8,
                        ClassifierMode.FROZEN,
                        EmbeddingTraining.TRAINED,
                        5e-5,
                        700,
                        OptionalLong.of(43),
                        OptionalInt.empty()));
    }

    @Test
    void shouldTellRunsWithFrozenWordsApart() {
        // Given
        Map<String, Object> frozen = new HashMap<>(HYPERPARAMETERS);
        frozen.put("wordUpdates", "FROZEN");

        // Then
        assertThat(RunSettings.of(manifest(frozen), "en", OptionalInt.empty()).words())
                .isEqualTo(EmbeddingTraining.FROZEN);
        frozen.put("wordUpdates", "DENSE");
        assertThat(RunSettings.of(manifest(frozen), "en", OptionalInt.empty()).words())
                .isEqualTo(EmbeddingTraining.TRAINED);
    }

    @Test
    void shouldTellRunsWithAdaptersApart() {
        // Given
        Map<String, Object> adapters = new HashMap<>(HYPERPARAMETERS);
        adapters.put("loraRank", 8);

        // Then
        assertThat(RunSettings.of(manifest(HYPERPARAMETERS), "en", OptionalInt.empty())
                        .loraRank())
                .isEmpty();
        assertThat(RunSettings.of(manifest(adapters), "en", OptionalInt.empty()).loraRank())
                .hasValue(8);
    }

    @Test
    void shouldSayWhatTheManifestLacks() {
        // Given: trained over whole epochs, whose steps were not counted
        Manifest epochs = manifest(Map.of("classifier", "FROZEN", "learningRate", 5e-5));

        // Then
        assertThat(RunSettings.of(epochs, "en", OptionalInt.of(6250)).steps()).isEqualTo(6250);
        assertThatThrownBy(() -> RunSettings.of(epochs, "en", OptionalInt.empty()))
                .isInstanceOf(ExperimentException.class)
                .hasMessage("slicer.json of checkpoint a-run does not say its steps");
        assertThatThrownBy(() -> RunSettings.of(manifest(Map.of()), "en", OptionalInt.of(1)))
                .hasMessage("slicer.json of checkpoint a-run does not say its classifier");
    }

    @Test
    void shouldLeaveTheSeedOutOfTheMeanOfSeveralRuns() {
        // Given
        RunSettings run = RunSettings.of(manifest(HYPERPARAMETERS), "en", OptionalInt.empty());
        Evaluator evaluator = new Evaluator(Scoring.CONLLEVAL);
        evaluator.add("yo", List.of("B-LOC"), List.of("B-LOC"));
        var scores = Map.of(Scoring.CONLLEVAL, evaluator.evaluation());

        // Then
        assertThat(run.lines("average-runs-3", "tiny", scores))
                .singleElement()
                .satisfies(line -> assertThat(line.seed()).isEmpty())
                .satisfies(line -> assertThat(line.f1()).isEqualTo(1));
        assertThat(run.lines("average-last-3", "tiny", scores).get(0).seed()).hasValue(43);
    }

    private static Manifest manifest(Map<String, Object> hyperparameters) {
        return new Manifest(
                "a-run",
                Instant.EPOCH,
                List.of(),
                "mbert",
                768,
                8,
                hyperparameters,
                43,
                List.of("O", "B-LOC"),
                Map.of(),
                Map.of());
    }
}
