package dev.slicer.cli.demo;

import dev.slicer.events.EventJson;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The parts of the evaluator's report that the demonstration reads. */
record EvaluatorReport(List<Result> results) {
    static final String PATH = "/v1/report";

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

    /** Where a model's results on a benchmark are alone. */
    static String path(String benchmark, String modelId) {
        return PATH + "?benchmark=" + encoded(benchmark) + "&model=" + encoded(modelId);
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

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
