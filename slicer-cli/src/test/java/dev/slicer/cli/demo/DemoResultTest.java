package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    /** As the evaluator answers, shortened to what is read and a little of what is not. */
    private static final String REPORT = """
            {"generatedAt": "2026-11-22T10:15:00Z", "results": [
              {"benchmark": "another", "modelId": "m", "languages": []},
              {"benchmark": "sample", "modelId": "m", "languages": [
                {"language": "en", "documents": 30, "unanswered": 0, "scorings": {
                  "strict": {"overall": {"precision": 0.9, "recall": 0.8, "f1": 0.847}, "byType": {}},
                  "sub-token": {"overall": {"precision": 1, "recall": 1, "f1": 1}, "byType": {}}}},
                {"language": "sw", "documents": 25, "unanswered": 1, "scorings": {
                  "strict": {"overall": {"precision": 0.5, "recall": 0.4, "f1": 0.444}, "byType": {}}}},
                {"language": "zh", "documents": 26, "unanswered": 0, "scorings": {
                  "strict": {"overall": {"precision": 0.7, "recall": 0.7, "f1": 0.7}, "byType": {}}}}]}]}
            """;

    private static DemoResult result(String json) {
        return DemoResult.of(
                EvaluatorReport.read(json.getBytes(StandardCharsets.UTF_8)).of("sample", "m"));
    }

    @Test
    void shouldShowTheTrainingLanguageApartAndTheMeanOfTheOthers() {
        assertThat(result(REPORT).table()).isEqualTo("""
                        language              documents  precision  recall    F1
                        --------------------  ---------  ---------  ------  ----
                        en (trained on)              30       90.0    80.0  84.7
                        zh                           26       70.0    70.0  70.0
                        sw                           25       50.0    40.0  44.4
                        --------------------  ---------  ---------  ------  ----
                        mean, not trained on         51                     57.2""");
    }

    @Test
    void shouldCountTheDocumentsOfOneModelAndBenchmark() {
        EvaluatorReport report = EvaluatorReport.read(REPORT.getBytes(StandardCharsets.UTF_8));

        assertThat(report.of("sample", "m").documents()).isEqualTo(81);
        assertThat(report.of("sample", "of another model").documents()).isZero();
    }

    @Test
    void shouldAskForOneModelAndBenchmarkWhateverTheirNamesAre() {
        assertThat(EvaluatorReport.path("news & web", "mbert-h8"))
                .isEqualTo("/v1/report?benchmark=news+%26+web&model=mbert-h8");
    }

    @Test
    void shouldRefuseAMeanUnderTheMinimum() {
        assertThatCode(() -> result(REPORT).requireTransfer()).doesNotThrowAnyException();
        assertThatThrownBy(() -> result(REPORT.replace("0.7}", "0.6}")).requireTransfer())
                .isInstanceOf(DemoException.class)
                .hasMessage("mean F1 over the languages that were not trained on is 52.2, but must be at least 55.0");
    }
}
