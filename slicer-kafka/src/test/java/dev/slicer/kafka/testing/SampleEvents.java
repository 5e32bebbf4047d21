package dev.slicer.kafka.testing;

import dev.slicer.events.Benchmark;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EntitiesEvent.SubTokenCount;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.LabelledDocument.LabelledEntity;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.ScoreTotals.Interval;
import dev.slicer.events.ScoreTotals.ScoringTotals;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrialAnswer;
import dev.slicer.events.TrialDocument;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.metrics.Comparison;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import dev.slicer.text.Entity;
import dev.slicer.text.Word;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/** An event of each kind with all that it can have, of one checkpoint and one job. */
public final class SampleEvents {
    /** Of the checkpoint, and of the job that it comes from. */
    public static final String ID = "sample-1";

    private static final String DIGEST = "sha256:" + "0a".repeat(32);
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

    private SampleEvents() {}

    public static CheckpointPublished announcement() {
        return new CheckpointPublished(
                ID,
                URI.create("file:///store/sample-1"),
                "mbert",
                OptionalInt.of(96),
                List.of("O", "B-PER"),
                TIME,
                Optional.of(DIGEST));
    }

    public static CheckpointEvent verdict() {
        return new CheckpointEvent(
                ID,
                CheckpointEvent.Kind.REFUSED,
                TIME,
                "evaluator-0",
                Optional.of("F1 of yo falls"),
                Optional.of("sample-0"),
                Optional.of(64),
                Optional.of(new Comparison(
                        "strict",
                        0.01,
                        List.of(
                                new Comparison.Row("sample", "sw", 32, 0, 0.7, 0.78, 0.05),
                                new Comparison.Row("sample", "yo", 32, 1, 0.6, 0.52, 0.05)))));
    }

    public static DocumentScored score() {
        return new DocumentScored(
                "evaluation/sample/sw/1",
                "sample",
                "sw",
                ID,
                DocumentScored.Outcome.ANSWERED,
                TIME,
                List.of(new ScoringCounts(
                        "strict", new TreeMap<>(Map.of("PER", new Counts(1, 0, 0), "LOC", new Counts(0, 1, 1))))),
                Map.of("strict", new MatchCounts(1, 1, 0, 0, 0)));
    }

    public static ScoreTotals totals() {
        return new ScoreTotals(
                "sample",
                ID,
                "sw",
                2,
                1,
                Optional.of(TIME),
                List.of(new ScoringTotals(
                        "strict",
                        new TreeMap<>(Map.of("PER", new Counts(1, 0, 0), "LOC", new Counts(0, 1, 1))),
                        Optional.of(new Interval(0.25, 0.75)))),
                Map.of("strict", new MatchCounts(1, 1, 0, 0, 0)));
    }

    public static TrialAnswer trialAnswer() {
        return new TrialAnswer(ID + "@" + TIME, "evaluation/sample/sw/1", ID, TIME, new Counts(1, 1, 1));
    }

    public static CheckpointTelemetry telemetry() {
        return new CheckpointTelemetry(
                ID, CheckpointTelemetry.Kind.SERVED, TIME, "inference-0", Optional.of("loaded in 2.3 s"));
    }

    public static EntitiesEvent entities() {
        return new EntitiesEvent(
                "evaluation/sample/sw/1",
                Optional.of("sw"),
                Optional.of(true),
                ID,
                TIME,
                List.of(new Entity("PER", "Asha", 0, 4, 0, 4, 0.9)),
                Optional.of(List.of("B-PER", "O")),
                Optional.of(List.of(List.of("B-PER"), List.of("O"))),
                Optional.of(new SubTokenCount(2, 1)));
    }

    public static DocumentEvent document() {
        return new DocumentEvent(
                "1", "Asha anaimba", Optional.of("sw"), List.of(new Word(0, 4), new Word(5, 12)), Optional.of(true));
    }

    public static TrialDocument trialDocument() {
        return new TrialDocument(ID, document(), Optional.of(DIGEST));
    }

    public static LabelledDocument wordsWithTags() {
        return new LabelledDocument("1", "sample", "sw", List.of("Asha", "anaimba"), List.of("B-PER", "O"));
    }

    public static LabelledDocument textWithEntities() {
        return new LabelledDocument(
                "2",
                "sample",
                "sw",
                Optional.of("Asha anaimba"),
                List.of(),
                List.of(),
                Optional.of(List.of(new LabelledEntity("PER", 0, 4))));
    }

    public static TrainingRequest request() {
        return new TrainingRequest(
                ID,
                "mbert",
                List.of("sample:en.train"),
                List.of(),
                Map.of("DATE", "O"),
                List.of("PER", "LOC"),
                Hyperparameters.defaults().withH(4).withMaxSteps(2),
                new Snapshots.EachEpoch(),
                OptionalInt.of(2),
                Optional.of("en"),
                Optional.of("sweep"),
                Optional.of(
                        new Benchmark("sample", Map.of("sw", "sample:sw.test"), Map.of("sw", "sample:sw.validation"))),
                List.of("sample:sw.test"));
    }

    public static TrainingStatus status() {
        return new TrainingStatus(
                ID,
                TrainingStatus.State.SUCCEEDED,
                "done",
                2,
                2,
                1,
                OptionalDouble.of(0.5),
                OptionalDouble.of(1000),
                OptionalDouble.of(0),
                Optional.of(ID),
                Optional.of("trainer-0"),
                OptionalInt.of(1),
                OptionalDouble.of(0.4),
                OptionalDouble.of(0.4),
                OptionalDouble.of(0.1),
                OptionalDouble.of(0.1),
                List.of(new ScoreLine(
                        "en",
                        96,
                        ClassifierMode.TRAINED,
                        2e-5,
                        2,
                        OptionalLong.of(42),
                        ScoreLine.LAST,
                        "sample",
                        "sw",
                        Scoring.STRICT,
                        0.5,
                        EmbeddingTraining.FROZEN,
                        OptionalInt.of(8))));
    }
}
