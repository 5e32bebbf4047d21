package dev.slicer.evaluator.scores;

import dev.slicer.events.ScoreTotals;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is asked of the report.
 *
 * @param benchmark whose results alone are wanted
 * @param modelId the same of a checkpoint
 * @param language the same of a language
 * @param after the last of those that have been seen
 * @param limit number of languages of all results together
 */
record ReportQuery(
        Optional<String> benchmark,
        Optional<String> modelId,
        Optional<String> language,
        Optional<ScoreTotals.Key> after,
        int limit) {
    static final String BENCHMARK = "benchmark";
    static final String MODEL = "model";
    static final String LANGUAGE = "language";
    static final String AFTER = "after";
    static final String LIMIT = "limit";
    /** Languages of a page, some 2 KB each. */
    static final int MOST = 1000;

    private static final List<String> PARAMETERS = List.of(BENCHMARK, MODEL, LANGUAGE, AFTER, LIMIT);

    /** @throws ProblemException where it makes no sense */
    static ReportQuery of(MultivaluedMap<String, String> parameters) {
        parameters.forEach((name, values) -> {
            if (!PARAMETERS.contains(name)) {
                throw refused("there is no parameter " + name + ", only " + String.join(", ", PARAMETERS));
            }
            if (values.size() > 1) {
                throw refused(name + " is there " + values.size() + " times");
            }
        });
        return new ReportQuery(
                Optional.ofNullable(parameters.getFirst(BENCHMARK)),
                Optional.ofNullable(parameters.getFirst(MODEL)),
                Optional.ofNullable(parameters.getFirst(LANGUAGE)),
                Optional.ofNullable(parameters.getFirst(AFTER)).map(ReportQuery::after),
                Optional.ofNullable(parameters.getFirst(LIMIT))
                        .map(ReportQuery::limit)
                        .orElse(MOST));
    }

    private static ScoreTotals.Key after(String text) {
        try {
            return ScoreTotals.Key.parse(text);
        } catch (IllegalArgumentException e) {
            throw refused(AFTER + " " + e.getMessage() + "; take it from the address in next");
        }
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // As one that is too large.
        }
        throw refused(LIMIT + " must be between 1 and " + MOST + ", got \"" + text + "\"");
    }

    private static ProblemException refused(String why) {
        return new ProblemException(ProblemType.BAD_REQUEST, why);
    }

    boolean wants(ScoreBoard.ModelOnBenchmark model) {
        return benchmark.map(model.benchmark()::equals).orElse(true)
                && modelId.map(model.modelId()::equals).orElse(true);
    }

    /** The same for those that follow this one. */
    ReportQuery after(ScoreTotals.Key last) {
        return new ReportQuery(benchmark, modelId, language, Optional.of(last), limit);
    }

    /** As an address has it. */
    String text() {
        Map<String, String> parameters = new LinkedHashMap<>();
        benchmark.ifPresent(value -> parameters.put(BENCHMARK, value));
        modelId.ifPresent(value -> parameters.put(MODEL, value));
        language.ifPresent(value -> parameters.put(LANGUAGE, value));
        parameters.put(LIMIT, Integer.toString(limit));
        after.ifPresent(last -> parameters.put(AFTER, last.text()));
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
