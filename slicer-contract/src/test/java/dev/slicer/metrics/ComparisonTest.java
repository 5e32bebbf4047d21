package dev.slicer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
    private static final Tolerances TOLERANCES = new Tolerances(0.01, 0.02, Map.of("yo", 0.05));

    @Test
    void shouldCompareEachLanguageWithItsOwnTolerance() {
        // Given
        List<LanguageResult> results = List.of(
                new LanguageResult("news", "yo", 50, 3, counts(80), counts(76)),
                new LanguageResult("news", "sw", 40, 0, counts(90), counts(92)),
                new LanguageResult("chats", "sw", 10, 0, counts(70), counts(70)));

        // When
        Comparison comparison = Comparison.of(Scoring.STRICT, TOLERANCES, results);

        // Then
        assertThat(comparison.scoring()).isEqualTo("strict");
        assertThat(comparison.macroTolerance()).isEqualTo(0.01);
        assertThat(comparison.rows())
                .containsExactly(
                        new Comparison.Row("chats", "sw", 10, 0, 0.7, 0.7, 0.02),
                        new Comparison.Row("news", "sw", 40, 0, 0.9, 0.92, 0.02),
                        new Comparison.Row("news", "yo", 50, 3, 0.8, 0.76, 0.05));
        assertThat(comparison.objections()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "95, 0.01, true",
        "94, 0.01, false",
        "90, 0.06, true",
        "89, 0.06, false",
        "60, 0.36, true",
        "59, 0.36, false"
    })
    void shouldLetALanguageFallByItsToleranceAndNotByMore(int candidate, double tolerance, boolean good) {
        // Given: of 0.96, 0.95 and 0.01 none has an exact double
        List<LanguageResult> results = List.of(new LanguageResult("news", "sw", 40, 0, counts(96), counts(candidate)));

        // When
        Comparison comparison = Comparison.of(Scoring.STRICT, new Tolerances(1, tolerance, Map.of()), results);

        // Then
        assertThat(comparison.objections().isEmpty()).isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource({"93, true", "92, false"})
    void shouldLetTheMeanFallByItsToleranceAndNotByMore(int second, boolean good) {
        // Given: 96 and 96 to 97 and 93 is a point less in the mean
        List<LanguageResult> results = List.of(
                new LanguageResult("news", "sw", 40, 0, counts(96), counts(97)),
                new LanguageResult("news", "yo", 40, 0, counts(96), counts(second)));

        // When
        Comparison comparison = Comparison.of(Scoring.STRICT, new Tolerances(0.01, 1, Map.of()), results);

        // Then
        assertThat(comparison.objections().isEmpty()).isEqualTo(good);
    }

    @Test
    void shouldSayWhatFallsByHowMuchMoreThanItMay() {
        // Given
        List<LanguageResult> results = List.of(
                new LanguageResult("news", "sw", 40, 0, counts(90), counts(87)),
                new LanguageResult("news", "yo", 40, 0, counts(80), counts(75)));

        // When
        Comparison comparison = Comparison.of(Scoring.STRICT, TOLERANCES, results);

        // Then
        assertThat(comparison.objections())
                .containsExactly(
                        "macro F1 falls from 85.0 to 81.0, by more than 1.0 points",
                        "F1 of sw in news falls from 90.0 to 87.0, by more than 2.0 points");
    }

    @Test
    void shouldRefuseWhatCannotBeCompared() {
        assertThatThrownBy(() -> Comparison.of(Scoring.STRICT, TOLERANCES, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no language to compare");
        assertThatThrownBy(() -> new LanguageResult("news", "sw", 2, 3, Counts.NONE, Counts.NONE))
                .hasMessage("unanswered must be between 0 and documents, got 3 of 2");
        assertThatThrownBy(() -> new Tolerances(0.01, 1.5, Map.of()))
                .hasMessage("the tolerance language must be between 0 and 1, got 1.5");
        assertThatThrownBy(() -> new Tolerances(0.01, 0.01, Map.of("yo", Double.NaN)))
                .hasMessage("the tolerance yo must be between 0 and 1, got NaN");
    }

    /** Of which F1 is so many percent. */
    private static Counts counts(int percent) {
        return new Counts(percent, 100 - percent, 100 - percent);
    }
}
