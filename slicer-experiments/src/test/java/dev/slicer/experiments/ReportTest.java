package dev.slicer.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.ScoreLine;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.metrics.Scoring;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final int D = 768;

    @Test
    void shouldTellMeansDeviationsAndGainsInMarkdown() throws IOException {
        assertThat(Report.of(scores(), D).markdown(Optional.of("charts/"))).isEqualTo(golden("report.md"));
    }

    @Test
    void shouldTellTheSameFiguresInJson() throws IOException {
        assertThat(Report.of(scores(), D).json()).isEqualTo(golden("report.json"));
    }

    @Test
    void shouldDrawTheGainByLanguage() throws IOException {
        // When
        var charts = Report.of(scores(), D).charts();

        // Then: one for each scoring, protocol, source and number of steps with something to compare
        assertThat(charts)
                .containsOnlyKeys(
                        "gain-tiny-strict-last-en-700.svg",
                        "gain-tiny-strict-average-runs-3-en-700.svg",
                        "gain-tiny-sub-token-last-en-700.svg");
        assertThat(charts.get("gain-tiny-strict-last-en-700.svg")).isEqualTo(golden("gain.svg"));
    }

    @Test
    void shouldNotDependOnTheOrderOfTheScores() {
        // Given
        List<ScoreLine> shuffled = new ArrayList<>(scores());
        Collections.shuffle(shuffled, new Random(11));

        // Then
        assertThat(Report.of(shuffled, D).markdown(Optional.of("")))
                .isEqualTo(Report.of(scores(), D).markdown(Optional.of("")));
        assertThat(Report.of(shuffled, D).json())
                .isEqualTo(Report.of(scores(), D).json());
    }

    @Test
    void shouldCountTheNewestOfEqualMeasurements() {
        // Given
        ScoreLine old = line(8, ClassifierMode.FROZEN, 5e-5, 42, "last", "yo", Scoring.STRICT, 0.1);
        ScoreLine newer = line(8, ClassifierMode.FROZEN, 5e-5, 42, "last", "yo", Scoring.STRICT, 0.2);

        // Then
        assertThat(Report.of(List.of(old, newer), D).json())
                .isEqualTo(Report.of(List.of(newer), D).json())
                .isNotEqualTo(Report.of(List.of(old), D).json());
    }

    @Test
    void shouldShowNoGainWhereThereIsNothingToCompareWith() {
        // Given: standard fine-tuning for other steps
        ScoreLine sliced = line(8, ClassifierMode.FROZEN, 5e-5, 42, "last", "yo", Scoring.STRICT, 0.1);
        ScoreLine standard = new ScoreLine(
                "en",
                D,
                ClassifierMode.TRAINED,
                5e-5,
                300,
                OptionalLong.of(42),
                "last",
                "tiny",
                "yo",
                Scoring.STRICT,
                0.2,
                EmbeddingTraining.TRAINED,
                OptionalInt.empty());

        // When
        Report report = Report.of(List.of(sliced, standard), D);

        // Then
        assertThat(report.markdown(Optional.of("")))
                .doesNotContain("Gain")
                .contains("| en | 768 (standard) | trained | trained | 5e-5 | 300 | 1 | 20.0 | 20.0 |");
        assertThat(report.charts()).isEmpty();
        assertThatThrownBy(() -> Report.of(List.of(), D)).hasMessage("there is no score to report");
    }

    @Test
    void shouldCompareFrozenWordsWithFrozenWordsWhereItCan() {
        // Given
        List<ScoreLine> lines = new ArrayList<>(List.of(
                frozenWords(8, 5e-5, 0.5),
                line(D, ClassifierMode.TRAINED, 5e-5, 42, "last", "yo", Scoring.STRICT, 0.2),
                line(8, ClassifierMode.TRAINED, 5e-5, 42, "last", "yo", Scoring.STRICT, 0.3)));

        // When
        String withoutFrozenStandard = Report.of(lines, D).markdown(Optional.of(""));
        lines.add(frozenWords(D, 2e-5, 0.4));
        Report report = Report.of(lines, D);

        // Then
        String gain = "| en | 8 | trained | %s | 5e-5 | 700 | %s | %s | %s |";
        assertThat(withoutFrozenStandard)
                .contains(gain.formatted("trained", "same", "+10.0", "+10.0"))
                .contains(gain.formatted("frozen", "words trained", "+30.0", "+30.0"));
        assertThat(report.markdown(Optional.of("")))
                .contains(gain.formatted("trained", "same", "+10.0", "+10.0"))
                .contains(gain.formatted("frozen", "lr 2e-5", "+10.0", "+10.0"));
        assertThat(report.json()).contains("\"standardWords\" : \"frozen\"");
        assertThat(report.charts())
                .hasEntrySatisfying(
                        "gain-tiny-strict-last-en-700.svg",
                        chart -> assertThat(chart)
                                .contains("h = 8, trained, lr 5e-5")
                                .contains("h = 8, trained, words frozen, lr 5e-5 (standard: lr 2e-5)"));
    }

    @Test
    void shouldCompareAdaptersWithStandardFineTuningWhateverTheirH() {
        // Given
        List<ScoreLine> lines = List.of(
                frozenWords(D, 5e-5, 0.4),
                line(D, ClassifierMode.TRAINED, 5e-5, 42, "last", "yo", Scoring.STRICT, 0.2),
                adapters(D, 5e-4, 0.5),
                adapters(8, 5e-4, 0.3));

        // When
        Report report = Report.of(lines, D);

        // Then
        assertThat(report.markdown(Optional.of("")))
                .contains("With LoRA low-rank adapters of that rank are trained")
                .contains("| source | h | classifier | words | LoRA | lr | steps | seeds | yo | mean |")
                .contains("| en | 768 (standard) | trained | frozen | – | 5e-5 | 700 | 1 | 40.0 | 40.0 |")
                .contains("| en | 768 | trained | frozen | 16 | 5e-4 | 700 | 1 | 50.0 | 50.0 |")
                .contains("| en | 768 | trained | frozen | 16 | 5e-4 | 700 | lr 5e-5 | +10.0 | +10.0 |")
                .contains("| en | 8 | trained | frozen | 16 | 5e-4 | 700 | lr 5e-5 | -10.0 | -10.0 |");
        assertThat(report.json()).containsOnlyOnce("\"gains\"").contains("\"loraRank\" : 16");
        assertThat(report.charts().get("gain-tiny-strict-last-en-700.svg"))
                .contains("h = 8, trained, LoRA 16, lr 5e-4 (standard: lr 5e-5)");
    }

    @Test
    void shouldTakeTheSampleStandardDeviation() {
        // Given: (0.1, 0.2, 0.6), mean 0.3, squares 0.04 + 0.01 + 0.09 over n - 1 = 2
        Summary three = Summary.of(List.of(0.1, 0.2, 0.6));

        // Then
        assertThat(three.mean()).isEqualTo(0.3, within(1e-12));
        assertThat(three.deviation().orElseThrow()).isEqualTo(Math.sqrt(0.07), within(1e-12));
        assertThat(Summary.of(List.of(0.1)).deviation()).isEmpty();
        assertThat(three.minus(three).deviation().orElseThrow()).isEqualTo(Math.sqrt(0.14), within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"5.0E-5,5e-5", "0.00002,2e-5", "1.5e-4,1.5e-4", "0.001,1e-3", "1,1e0", "0.1,1e-1"})
    void shouldWriteLearningRatesAsPeopleDo(double rate, String written) {
        assertThat(Setting.rate(rate)).isEqualTo(written);
    }

    /** Chosen so that each mean, deviation and gain can be followed by hand. */
    private static List<ScoreLine> scores() {
        List<ScoreLine> lines = new ArrayList<>();
        for (int run = 0; run < 3; run++) {
            long seed = 42 + run;
            add(lines, D, ClassifierMode.TRAINED, 5e-5, seed, "sw", 0.40 + 0.01 * run);
            add(lines, D, ClassifierMode.TRAINED, 5e-5, seed, "yo", 0.20 + 0.02 * run);
            add(lines, 8, ClassifierMode.FROZEN, 5e-5, seed, "sw", 0.39 + 0.01 * run);
            add(lines, 8, ClassifierMode.FROZEN, 5e-5, seed, "yo", 0.30 + 0.03 * run);
        }
        // The better standard, by 2 points, with no slices of its learning rate.
        for (long seed = 42; seed < 44; seed++) {
            add(lines, D, ClassifierMode.TRAINED, 2e-5, seed, "sw", 0.44);
            add(lines, D, ClassifierMode.TRAINED, 2e-5, seed, "yo", 0.23);
        }
        add(lines, 1, ClassifierMode.TRAINED, 1e-5, 42, "sw", 0.30);
        add(lines, 1, ClassifierMode.TRAINED, 1e-5, 42, "yo", 0.25);
        // One language of the second seed is not scored yet.
        add(lines, 1, ClassifierMode.TRAINED, 1e-5, 43, "yo", 0.35);
        lines.add(line(D, ClassifierMode.TRAINED, 5e-5, 42, "best-validation", "yo", Scoring.STRICT, 0.25));
        for (int h : new int[] {D, 8}) {
            lines.add(new ScoreLine(
                    "en",
                    h,
                    ClassifierMode.TRAINED,
                    5e-5,
                    700,
                    OptionalLong.empty(),
                    "average-runs-3",
                    "tiny",
                    "yo",
                    Scoring.STRICT,
                    h == D ? 0.3 : 0.29996,
                    EmbeddingTraining.TRAINED,
                    OptionalInt.empty()));
        }
        return lines;
    }

    private static void add(
            List<ScoreLine> lines,
            int h,
            ClassifierMode classifier,
            double rate,
            long seed,
            String language,
            double f1) {
        lines.add(line(h, classifier, rate, seed, "last", language, Scoring.STRICT, f1));
        lines.add(line(h, classifier, rate, seed, "last", language, Scoring.SUB_TOKEN, f1 / 2));
    }

    private static ScoreLine line(
            int h,
            ClassifierMode classifier,
            double rate,
            long seed,
            String protocol,
            String language,
            Scoring scoring,
            double f1) {
        return new ScoreLine(
                "en",
                h,
                classifier,
                rate,
                700,
                OptionalLong.of(seed),
                protocol,
                "tiny",
                language,
                scoring,
                f1,
                EmbeddingTraining.TRAINED,
                OptionalInt.empty());
    }

    private static ScoreLine frozenWords(int h, double rate, double f1) {
        return new ScoreLine(
                "en",
                h,
                ClassifierMode.TRAINED,
                rate,
                700,
                OptionalLong.of(42),
                "last",
                "tiny",
                "yo",
                Scoring.STRICT,
                f1,
                EmbeddingTraining.FROZEN,
                OptionalInt.empty());
    }

    private static ScoreLine adapters(int h, double rate, double f1) {
        return new ScoreLine(
                "en",
                h,
                ClassifierMode.TRAINED,
                rate,
                700,
                OptionalLong.of(42),
                "last",
                "tiny",
                "yo",
                Scoring.STRICT,
                f1,
                EmbeddingTraining.FROZEN,
                OptionalInt.of(16));
    }

    private static String golden(String name) throws IOException {
        try (InputStream golden = ReportTest.class.getResourceAsStream(name)) {
            return new String(golden.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
