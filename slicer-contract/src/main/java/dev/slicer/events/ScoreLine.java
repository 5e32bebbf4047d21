package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.metrics.Scoring;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * One score of an experiment: a setting, one of its runs, and what that scored on one language. In JSON exactly these
 * fields, in this order, the classifier as {@code trained} or {@code frozen} and the scoring as {@link Scoring#text()}; the
 * words are left out where they were trained, and the rank where there were no adapters.
 *
 * @param source what was trained on, as a language: {@code en}, {@code ru}
 * @param h size of a slice; the encoder's hidden size d for standard fine-tuning
 * @param learningRate the peak
 * @param steps optimiser steps of the whole run
 * @param seed absent where the weights of runs with different seeds were averaged
 * @param protocol which model of the run was scored: {@code last}; {@code best-validation}, for each language the one with
 *     the best strict F1 on that language's validation set; {@code average-last-<k>}, the mean of the weights of its last k
 *     models; {@code average-runs-<n>}, the mean of the weights of n runs that differ in the seed
 * @param benchmark name of the test sets, such as {@code masakhaner}
 * @param language of the test set
 * @param f1 micro F1 over entities, 0 to 1, rounded to 4 decimals
 * @param loraRank of the adapters that were trained; absent where the encoder's weights themselves were
 */
public record ScoreLine(
        String source,
        int h,
        ClassifierMode classifier,
        double learningRate,
        int steps,
        OptionalLong seed,
        String protocol,
        String benchmark,
        String language,
        Scoring scoring,
        double f1,
        EmbeddingTraining words,
        OptionalInt loraRank) {
    public static final String LAST = "last";
    public static final String BEST_VALIDATION = "best-validation";

    public static final String AVERAGE_LAST = "average-last-";
    public static final String AVERAGE_RUNS = "average-runs-";
    private static final String NUMBER = "[1-9]\\d{0,8}";
    private static final Pattern PROTOCOL =
            Pattern.compile(LAST + "|" + BEST_VALIDATION + "|(?:" + AVERAGE_LAST + "|" + AVERAGE_RUNS + ")" + NUMBER);

    /** @throws IllegalArgumentException naming the field and what it may be */
    public ScoreLine {
        requireText("source", source);
        require(h >= 1, "h must be at least 1, got " + h);
        require(classifier != null, "classifier must be trained or frozen");
        require(
                learningRate > 0 && learningRate <= 1,
                "learningRate must be over 0 and at most 1, got " + learningRate);
        require(steps >= 1, "steps must be at least 1, got " + steps);
        requireProtocol(protocol);
        boolean ofRuns = isOfSeveralRuns(protocol);
        require(
                seed.isPresent() != ofRuns,
                ofRuns ? "seed must be absent with " + protocol : "seed is needed with " + protocol);
        requireText("benchmark", benchmark);
        requireText("language", language);
        require(scoring != null, "scoring is needed");
        require(words != null, "words must be trained or frozen");
        require(loraRank.orElse(1) >= 1, "loraRank must be at least 1, got " + loraRank.orElse(1));
        require(f1 >= 0 && f1 <= 1, "f1 must be between 0 and 1, got " + f1);
        f1 = Math.round(f1 * 10_000) / 10_000.0;
    }

    /** The protocol of the mean of a run's last {@code k} models. */
    public static String averageLast(int k) {
        return AVERAGE_LAST + k;
    }

    public static boolean isOfSeveralRuns(String protocol) {
        return protocol.startsWith(AVERAGE_RUNS);
    }

    /** @throws IllegalArgumentException naming the protocols that there are */
    public static void requireProtocol(String protocol) {
        require(
                protocol != null && PROTOCOL.matcher(protocol).matches(),
                "'" + protocol + "' is no protocol; there are " + LAST + ", " + BEST_VALIDATION + ", " + AVERAGE_LAST
                        + "<k> and " + AVERAGE_RUNS + "<n>");
    }

    /** What was measured, without the outcome: this line with an F1 of 0. */
    public ScoreLine measured() {
        return new ScoreLine(
                source,
                h,
                classifier,
                learningRate,
                steps,
                seed,
                protocol,
                benchmark,
                language,
                scoring,
                0,
                words,
                loraRank);
    }

    private static void requireText(String field, String value) {
        require(value != null && !value.isBlank(), field + " must not be blank");
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }

    @JsonValue
    Json json() {
        return new Json(
                source,
                h,
                classifier.name().toLowerCase(Locale.ROOT),
                learningRate,
                steps,
                seed,
                protocol,
                benchmark,
                language,
                scoring.text(),
                f1,
                words == EmbeddingTraining.TRAINED ? Optional.empty() : Optional.of(words.text()),
                loraRank);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ScoreLine of(Json json) {
        return new ScoreLine(
                json.source,
                json.h,
                classifier(json.classifier),
                json.learningRate,
                json.steps,
                json.seed,
                json.protocol,
                json.benchmark,
                json.language,
                Scoring.parse(json.scoring),
                json.f1,
                json.words.map(EmbeddingTraining::parse).orElse(EmbeddingTraining.TRAINED),
                json.loraRank);
    }

    private static ClassifierMode classifier(String text) {
        return switch (String.valueOf(text)) {
            case "trained" -> ClassifierMode.TRAINED;
            case "frozen" -> ClassifierMode.FROZEN;
            default -> throw new IllegalArgumentException("classifier must be trained or frozen, got '" + text + "'");
        };
    }

    @JsonPropertyOrder({
        "source",
        "h",
        "classifier",
        "learningRate",
        "steps",
        "seed",
        "protocol",
        "benchmark",
        "language",
        "scoring",
        "f1",
        "words",
        "loraRank"
    })
    record Json(
            @JsonProperty(required = true) String source,
            @JsonProperty(required = true) int h,
            @JsonProperty(required = true) String classifier,
            @JsonProperty(required = true) double learningRate,
            @JsonProperty(required = true) int steps,
            OptionalLong seed,
            @JsonProperty(required = true) String protocol,
            @JsonProperty(required = true) String benchmark,
            @JsonProperty(required = true) String language,
            @JsonProperty(required = true) String scoring,
            @JsonProperty(required = true) double f1,
            Optional<String> words,
            OptionalInt loraRank) {}
}
