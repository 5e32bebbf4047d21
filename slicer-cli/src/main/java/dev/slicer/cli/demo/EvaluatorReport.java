package dev.slicer.cli.demo;

import dev.slicer.events.EventJson;
import java.util.List;
import java.util.Map;

/** The parts of the evaluator's report that the demonstration reads. */
record EvaluatorReport(List<Result> results) {
    private static final String HEADLINE = "strict";

    record Result(String benchmark, String modelId, List<Language> languages) {
        int documents() {
            return languages.stream().mapToInt(Language::documents).sum();
        }
    }

    record Language(String language, int documents, Map<String, Scores> scorings) {
        Score strict() {
            Scores scores = scorings.get(HEADLINE);
            if (scores == null) {
                throw new DemoException("the evaluator's report has no " + HEADLINE + " scores for " + language);
            }
            return scores.overall();
        }
    }

    record Scores(Score overall) {}

    record Score(double precision, double recall, double f1) {}

    static EvaluatorReport read(byte[] json) {
        return EventJson.read(json, EvaluatorReport.class);
    }

    /** The result of a model on a benchmark, one without languages while nothing is scored. */
    Result of(String benchmark, String modelId) {
        return results.stream()
                .filter(result ->
                        result.benchmark().equals(benchmark) && result.modelId().equals(modelId))
                .findFirst()
                .orElse(new Result(benchmark, modelId, List.of()));
    }
}
