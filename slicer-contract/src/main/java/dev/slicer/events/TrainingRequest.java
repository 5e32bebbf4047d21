package dev.slicer.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Snapshots;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Asks for a fine-tuning run, or for the mean of the weights of earlier ones.
 *
 * @param jobId the sender's name for the run, and its checkpoint's id; asking again with the same id is the same run
 * @param baseModel {@code mbert} (the default), {@code hf:<repository>} or a folder: to a trainer one below its folders of
 *     models
 * @param train corpora, trained on together, as {@code sample:en.train} or a file: to a trainer one below its folders of
 *     corpora; empty with {@code averageOf}
 * @param averageOf jobs whose checkpoints' weights are averaged once they are over, instead of training
 * @param labelMap renames entity types while reading; {@code O} drops a type
 * @param types entity types to learn, default PER, ORG, LOC
 * @param hyperparameters those left out have their {@linkplain Hyperparameters#defaults defaults}
 * @param snapshots models to keep on the way until they are scored, default none
 * @param averageLast how many of the run's last models, the last one included, to average and score as well
 * @param source what was trained on, as scores call it; see {@link #sourceName()}
 * @param sweepId the sweep that the job belongs to
 * @param benchmark what the run is scored on before its checkpoint is published
 * @param attentionOn corpora on which the trainer measures how much attention tokens put on themselves
 * @param tagColumn the column of CoNLL files that holds the tags, counted from 1, default the last one
 * @param requestedBy who asked over REST, as the service knew them by their key or token; it says nothing of what is trained
 */
public record TrainingRequest(
        String jobId,
        String baseModel,

        @JsonInclude(Include.NON_EMPTY) List<String> train,

        @JsonInclude(Include.NON_EMPTY) List<String> averageOf,

        Map<String, String> labelMap,
        List<String> types,

        @JsonSerialize(using = HyperparametersSerializer.class)
        @JsonDeserialize(using = HyperparametersDeserializer.class)
        Hyperparameters hyperparameters,

        @JsonSerialize(using = SnapshotsJson.Serializer.class)
        @JsonDeserialize(using = SnapshotsJson.Deserializer.class)
        Snapshots snapshots,

        OptionalInt averageLast,
        Optional<String> source,
        Optional<String> sweepId,
        Optional<Benchmark> benchmark,

        @JsonInclude(Include.NON_EMPTY) List<String> attentionOn,
        OptionalInt tagColumn,
        Optional<String> requestedBy)
        implements Event {

    public TrainingRequest {
        Require.id("jobId", jobId);
        baseModel = baseModel == null ? "mbert" : Require.notBlank("baseModel", baseModel);
        averageOf = jobs(jobId, averageOf);
        if (averageOf.isEmpty()) {
            Require.notEmpty("train", train);
        } else if (train != null && !train.isEmpty()) {
            throw new IllegalArgumentException("train and averageOf exclude each other: a job trains or averages");
        }
        train = Require.texts("train", train);
        labelMap = Require.all("labelMap", labelMap);
        types = types == null ? List.of("PER", "ORG", "LOC") : Require.texts("types", types);
        Require.notEmpty("types", types);
        hyperparameters = hyperparameters == null ? Hyperparameters.defaults() : hyperparameters;
        snapshots = snapshots == null ? new Snapshots.None() : snapshots;
        requireModelsToAverage(averageLast, snapshots);
        source.ifPresent(name -> Require.notBlank("source", name));
        sweepId.ifPresent(name -> Require.notBlank("sweepId", name));
        attentionOn = Require.texts("attentionOn", attentionOn);
        tagColumn = column(tagColumn);
        requestedBy.ifPresent(name -> Require.name("requestedBy", name));
    }

    /** With the tags in the last column of every corpus. */
    public TrainingRequest(
            String jobId,
            String baseModel,
            List<String> train,
            List<String> averageOf,
            Map<String, String> labelMap,
            List<String> types,
            Hyperparameters hyperparameters,
            Snapshots snapshots,
            OptionalInt averageLast,
            Optional<String> source,
            Optional<String> sweepId,
            Optional<Benchmark> benchmark,
            List<String> attentionOn) {
        this(
                jobId,
                baseModel,
                train,
                averageOf,
                labelMap,
                types,
                hyperparameters,
                snapshots,
                averageLast,
                source,
                sweepId,
                benchmark,
                attentionOn,
                OptionalInt.empty(),
                Optional.empty());
    }

    /** A run of which nothing is scored. */
    public TrainingRequest(
            String jobId,
            String baseModel,
            List<String> train,
            Map<String, String> labelMap,
            List<String> types,
            Hyperparameters hyperparameters) {
        this(
                jobId,
                baseModel,
                train,
                List.of(),
                labelMap,
                types,
                hyperparameters,
                new Snapshots.None(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private static List<String> jobs(String jobId, List<String> jobs) {
        List<String> averaged = Require.texts("averageOf", jobs);
        averaged.forEach(job -> Require.id("averageOf", job));
        if (averaged.size() == 1) {
            throw new IllegalArgumentException("averageOf needs at least two jobs, got " + averaged);
        }
        if (new HashSet<>(averaged).size() < averaged.size()) {
            throw new IllegalArgumentException("averageOf names a job twice: " + averaged);
        }
        if (averaged.contains(jobId)) {
            throw new IllegalArgumentException("averageOf names the job itself: " + jobId);
        }
        return averaged;
    }

    static void requireModelsToAverage(OptionalInt averageLast, Snapshots snapshots) {
        if (averageLast.isPresent() && averageLast.getAsInt() < 2) {
            throw new IllegalArgumentException("averageLast must be at least 2, got " + averageLast.getAsInt());
        }
        if (averageLast.isPresent() && snapshots instanceof Snapshots.None) {
            throw new IllegalArgumentException("averageLast needs snapshots: epoch, or a number of steps");
        }
    }

    static OptionalInt column(OptionalInt column) {
        OptionalInt given = column == null ? OptionalInt.empty() : column;
        if (given.isPresent() && given.getAsInt() < 1) {
            throw new IllegalArgumentException("tagColumn is counted from 1, got " + given.getAsInt());
        }
        return given;
    }

    /** This request as the service that took it writes it down. */
    public TrainingRequest requestedBy(String name) {
        return with(Optional.of(name));
    }

    /** Whether the two ask for the same, whoever asked. */
    public boolean asksForTheSameAs(TrainingRequest other) {
        return with(Optional.empty()).equals(other.with(Optional.empty()));
    }

    private TrainingRequest with(Optional<String> name) {
        return new TrainingRequest(
                jobId,
                baseModel,
                train,
                averageOf,
                labelMap,
                types,
                hyperparameters,
                snapshots,
                averageLast,
                source,
                sweepId,
                benchmark,
                attentionOn,
                tagColumn,
                name);
    }

    @Override
    public String key() {
        return jobId;
    }

    /**
     * What was trained on, as scores call it: {@code source} where it is given, else the corpora's languages or names,
     * {@code en} for {@code sample:en.train} and for {@code /data/en.train.conll}.
     */
    public String sourceName() {
        return source.orElseGet(
                () -> train.stream().map(TrainingRequest::nameOf).distinct().collect(Collectors.joining("+")));
    }

    private static String nameOf(String corpus) {
        String name = corpus.substring(Math.max(corpus.lastIndexOf('/'), corpus.lastIndexOf(':')) + 1);
        int end = name.indexOf('.');
        return end > 0 ? name.substring(0, end) : name;
    }
}
