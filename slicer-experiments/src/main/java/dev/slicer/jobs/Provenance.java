package dev.slicer.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.corpus.Corpus;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.ExperimentException;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How a model came about: everything that its manifest says but its name, its time and its files. Every manifest is made
 * from one of these.
 *
 * @param hiddenSize the encoder's d
 * @param h size of a slice; d for standard fine-tuning
 * @param hyperparameters as JSON values
 * @param labels in the order of the classifier's outputs
 * @param dataFingerprints hash of each training corpus by its reference
 * @param scores F1 from 0 to 1, by benchmark, language and scoring
 */
public record Provenance(
        String baseModel,
        int hiddenSize,
        int h,
        Map<String, Object> hyperparameters,
        long seed,
        List<String> labels,
        Map<String, String> dataFingerprints,
        Map<String, Double> scores) {
    /**
     * In the hyperparameters of an average: what was averaged. Averages that trainers made with earlier versions have a list
     * of names there.
     */
    private static final String AVERAGED_FROM = "averagedFrom";

    private static final String TRIMMED_FROM = "trimmedFrom";
    private static final String VOCABULARY = "vocabulary";

    /** How an average's manifest names one of its sources; without a manifest its h and its seed are not known. */
    private record AveragedSource(String checkpoint, OptionalInt h, OptionalLong seed, String sha256) {
        static AveragedSource of(SourceCheckpoint source) {
            Optional<Manifest> manifest = source.manifest();
            return new AveragedSource(
                    source.name(),
                    manifest.map(known -> OptionalInt.of(known.h())).orElseGet(OptionalInt::empty),
                    manifest.map(known -> OptionalLong.of(known.seed())).orElseGet(OptionalLong::empty),
                    ModelWeights.sha256(source.files()));
        }
    }

    /**
     * A fine-tuning run.
     *
     * @param train opened, in the request's order
     * @param steps optimiser steps of the whole run
     */
    static Provenance ofTraining(
            TrainingRequest request, List<Corpus> train, LabelSet labels, int hiddenSize, int steps) {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (int i = 0; i < train.size(); i++) {
            fingerprints.put(request.train().get(i), train.get(i).fingerprint());
        }
        return new Provenance(
                request.baseModel(),
                hiddenSize,
                request.hyperparameters().h().orElse(hiddenSize),
                RecordedHyperparameters.of(request.hyperparameters(), steps),
                request.hyperparameters().seed(),
                labels.labels(),
                fingerprints,
                Map.of());
    }

    /**
     * The mean of some checkpoints' weights. Of the hyperparameters only those are kept that all sources have in common.
     *
     * @throws ExperimentException where the sources have different base models or slice sizes
     * @throws dev.slicer.checkpoint.files.CheckpointException naming the file of a source that cannot be read
     */
    static Provenance ofAverage(List<SourceCheckpoint> sources) {
        SourceCheckpoint first = sources.get(0);
        List<Manifest> manifests =
                sources.stream().flatMap(source -> source.manifest().stream()).toList();
        String baseModel = one(manifests, Manifest::baseModel, "base models").orElseGet(first::baseModel);
        int h = one(manifests, Manifest::h, "slice sizes h").orElseGet(first::h);
        List<String> labels = first.labels();
        Map<String, Object> hyperparameters = common(manifests);
        hyperparameters.put(
                AVERAGED_FROM, sources.stream().map(AveragedSource::of).toList());
        return new Provenance(
                baseModel,
                first.hiddenSize(),
                h,
                hyperparameters,
                manifests.stream().findFirst().map(Manifest::seed).orElse(0L),
                labels,
                fingerprints(manifests),
                Map.of());
    }

    /**
     * A checkpoint without a part of its vocabulary.
     *
     * @param vocabulary how many sub-tokens are left
     * @throws dev.slicer.checkpoint.files.CheckpointException where the source cannot be read or is not fine-tuned
     */
    public static Provenance ofTrimmed(SourceCheckpoint source, int vocabulary) {
        Map<String, Object> hyperparameters = new LinkedHashMap<>(
                source.manifest().map(Manifest::hyperparameters).orElse(Map.of()));
        hyperparameters.put(TRIMMED_FROM, source.name());
        hyperparameters.put(VOCABULARY, vocabulary);
        return new Provenance(
                source.baseModel(),
                source.hiddenSize(),
                source.h(),
                hyperparameters,
                source.manifest().map(Manifest::seed).orElse(0L),
                source.labels(),
                source.manifest().map(Manifest::dataFingerprints).orElse(Map.of()),
                Map.of());
    }

    /** Whether a checkpoint is the mean of others: in this version's manifests and in those of all earlier ones. */
    public static boolean isOfAverage(Manifest manifest) {
        return manifest.hyperparameters().containsKey(AVERAGED_FROM);
    }

    /** The value of those that have a manifest. */
    private static <T> Optional<T> one(List<Manifest> manifests, Function<Manifest, T> property, String properties) {
        List<T> values = manifests.stream().map(property).distinct().toList();
        if (values.size() > 1) {
            throw new ExperimentException("the checkpoints have different " + properties + ": " + values
                    + "; one checkpoint cannot stand for them");
        }
        return values.stream().findFirst();
    }

    private static Map<String, Object> common(List<Manifest> manifests) {
        Map<String, Object> common = new LinkedHashMap<>();
        manifests.stream()
                .findFirst()
                .ifPresent(first -> first.hyperparameters().forEach((name, value) -> {
                    if (!name.equals(AVERAGED_FROM)
                            && manifests.stream()
                                    .allMatch(other ->
                                            value.equals(other.hyperparameters().get(name)))) {
                        common.put(name, value);
                    }
                }));
        return common;
    }

    /** A corpus that changed between two runs is there twice. */
    private static Map<String, String> fingerprints(List<Manifest> manifests) {
        Map<String, String> fingerprints = new LinkedHashMap<>();
        for (Manifest manifest : manifests) {
            manifest.dataFingerprints().forEach((corpus, fingerprint) -> {
                String earlier = fingerprints.putIfAbsent(corpus, fingerprint);
                if (earlier != null && !earlier.equals(fingerprint)) {
                    fingerprints.put(corpus + " of " + manifest.id(), fingerprint);
                }
            });
        }
        return fingerprints;
    }

    Provenance scored(Map<String, Double> measured) {
        return new Provenance(baseModel, hiddenSize, h, hyperparameters, seed, labels, dataFingerprints, measured);
    }

    /** Whether a manifest says the same of how its model came about. */
    boolean isThatOf(Manifest manifest) {
        Provenance other = new Provenance(
                manifest.baseModel(),
                manifest.hiddenSize(),
                manifest.h(),
                manifest.hyperparameters(),
                manifest.seed(),
                manifest.labels(),
                manifest.dataFingerprints(),
                manifest.scores());
        return json().equals(other.json());
    }

    /** A whole number that comes from JSON can be of another class than the one that went there. */
    private String json() {
        try {
            return Json.mapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + this + " as JSON", e);
        }
    }

    /**
     * The manifest, whose files the store fills in.
     *
     * @throws IllegalArgumentException where the id cannot be a checkpoint's
     */
    public Manifest manifest(String id, Instant createdAt) {
        return new Manifest(
                id,
                createdAt,
                List.of(),
                baseModel,
                hiddenSize,
                h,
                hyperparameters,
                seed,
                labels,
                dataFingerprints,
                scores);
    }
}
