package dev.slicer.experiments;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.ScoreLine;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What tells one run of an experiment from another; as in {@link ScoreLine}. */
public record RunSettings(
        String source,
        int h,
        ClassifierMode classifier,
        EmbeddingTraining words,
        double learningRate,
        int steps,
        OptionalLong seed,
        OptionalInt loraRank) {

    /**
     * The settings of a checkpoint.
     *
     * @param steps of the run, where the manifest does not say
     * @throws ExperimentException naming what the manifest lacks
     */
    public static RunSettings of(Manifest manifest, String source, OptionalInt steps) {
        Map<String, Object> hyperparameters = manifest.hyperparameters();
        ClassifierMode classifier = Arrays.stream(ClassifierMode.values())
                .filter(mode -> mode.name().equals(hyperparameters.get("classifier")))
                .findFirst()
                .orElseThrow(() -> lacks(manifest, "classifier"));
        // Older manifests say nothing of a choice that there was not.
        EmbeddingTraining words = EmbeddingTraining.of(Arrays.stream(WordUpdates.values())
                .filter(way -> way.name().equals(hyperparameters.get("wordUpdates")))
                .findFirst()
                .orElse(WordUpdates.LAZY));
        double learningRate = number(hyperparameters, "learningRate")
                .orElseThrow(() -> lacks(manifest, "learningRate"))
                .doubleValue();
        int runSteps = steps.orElseGet(
                () -> RecordedHyperparameters.steps(hyperparameters).orElseThrow(() -> lacks(manifest, "steps")));
        OptionalInt loraRank = number(hyperparameters, "loraRank")
                .map(rank -> OptionalInt.of(rank.intValue()))
                .orElseGet(OptionalInt::empty);
        return new RunSettings(
                source,
                manifest.h(),
                classifier,
                words,
                learningRate,
                runSteps,
                OptionalLong.of(manifest.seed()),
                loraRank);
    }

    private static Optional<Number> number(Map<String, Object> hyperparameters, String name) {
        return Optional.ofNullable(hyperparameters.get(name))
                .filter(Number.class::isInstance)
                .map(Number.class::cast);
    }

    private static ExperimentException lacks(Manifest manifest, String name) {
        return new ExperimentException(
                Manifest.FILE_NAME + " of checkpoint " + manifest.id() + " does not say its " + name);
    }

    /** A line for each scoring and language of the evaluations; the mean of several runs has no seed. */
    public List<ScoreLine> lines(String protocol, String benchmark, Map<Scoring, Evaluation> evaluations) {
        OptionalLong itsSeed = ScoreLine.isOfSeveralRuns(protocol) ? OptionalLong.empty() : seed;
        List<ScoreLine> lines = new ArrayList<>();
        evaluations.forEach((scoring, evaluation) -> evaluation
                .byLanguage()
                .forEach((language, scores) -> lines.add(new ScoreLine(
                        source,
                        h,
                        classifier,
                        learningRate,
                        steps,
                        itsSeed,
                        protocol,
                        benchmark,
                        language,
                        scoring,
                        scores.micro().f1(),
                        words,
                        loraRank))));
        return lines;
    }
}
