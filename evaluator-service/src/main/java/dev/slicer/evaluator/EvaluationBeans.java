package dev.slicer.evaluator;

import dev.slicer.evaluator.drift.DriftBoard;
import dev.slicer.evaluator.drift.DriftMetrics;
import dev.slicer.evaluator.drift.DriftWatch;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.join.JoinMetrics;
import dev.slicer.evaluator.join.JoinTopology;
import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.evaluator.promotion.CheckpointLedger;
import dev.slicer.evaluator.promotion.Comparisons;
import dev.slicer.evaluator.scores.ScoreBoard;
import dev.slicer.evaluator.totals.ScoreAggregation;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Access.Groups;
import dev.slicer.kafka.access.Task;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.service.config.NeededRights;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/** What the stream runs by, and what REST shows. */
class EvaluationBeans {
    /** A wrong value stops the start, with the key's name, before anything else runs. */
    void validate(
            @Observes @Priority(2) StartupEvent start, EvaluatorSettings settings, Topics topics, TopicSetup setup) {
        settings.requireKept(topics, setup::retention);
    }

    @Produces
    @Singleton
    ScoreBoard scores() {
        return new ScoreBoard();
    }

    @Produces
    @Singleton
    CheckpointLedger checkpoints(Topics topics) {
        return new CheckpointLedger(topics);
    }

    @Produces
    @Singleton
    Comparisons comparisons(KafkaClients kafka) {
        return new Comparisons(kafka);
    }

    @Produces
    @Singleton
    DriftBoard drift(EvaluatorSettings settings, Clock clock) {
        return new DriftBoard(settings.driftSettings(), clock);
    }

    @Produces
    @Singleton
    EvaluationLabels labels() {
        return new EvaluationLabels();
    }

    @Produces
    @Singleton
    GoldRules rules(EvaluatorSettings settings, RecordSizes sizes, Topics topics) {
        return settings.goldRules(() -> JoinTopology.goldLimit(sizes, topics, settings.groupFor(topics)));
    }

    @Produces
    @Singleton
    EvaluationTopics topics(KafkaClients kafka, Topics topics, EvaluatorSettings settings, TopicSetup setup) {
        return new EvaluationTopics(kafka, topics, settings.groupFor(topics), setup);
    }

    @Produces
    @Singleton
    EvaluationStream stream(
            KafkaStreams streams,
            Topics topics,
            EvaluatorSettings settings,
            EvaluationTopics evaluationTopics,
            StreamFailures failures) {
        return new EvaluationStream(streams, topics, settings.groupFor(topics), evaluationTopics, failures);
    }

    @Produces
    @Singleton
    Topology topology(
            EvaluatorSettings settings,
            GoldRules rules,
            Topics topics,
            KafkaEvents events,
            RecordSizes sizes,
            CheckpointLedger ledger,
            DriftBoard drift,
            EvaluationLabels labels,
            MeterRegistry registry,
            PassedOver passedOver) {
        boolean onDisk = settings.state() == EvaluatorSettings.State.DISK;
        DriftMetrics driftMetrics = new DriftMetrics(registry, drift);
        return JoinTopology.of(
                new JoinTopology.Settings(settings.waitForAnswer(), settings.keepGold(), ledger::serving, onDisk),
                rules,
                topics,
                events,
                sizes,
                new JoinMetrics(registry, labels),
                passedOver,
                (entities, scores) -> {
                    DriftWatch.addTo(entities, drift, driftMetrics, labels.languages(), passedOver);
                    ScoreAggregation.addTo(scores, settings.keepGold(), onDisk, topics, events, sizes, passedOver);
                });
    }

    @Produces
    @Singleton
    NeededRights neededRights(EvaluatorSettings settings, Topics topics) {
        Groups usual = Groups.of(topics);
        Groups groups =
                new Groups(usual.trainer(), usual.jobs(), usual.inference(), usual.trials(), settings.groupFor(topics));
        Set<Task> tasks = EnumSet.of(Task.SCORING, Task.FOLLOWING);
        if (settings.promotion().enabled()) {
            tasks.add(Task.DECIDING);
        }
        return NeededRights.of(new Access(topics, groups), tasks);
    }

    @Produces
    @Singleton
    KafkaClientSupplier clients(RecordSizes sizes, KafkaClients kafka) {
        return new StreamClients(sizes, kafka.denials());
    }

    @Produces
    @Singleton
    StreamFailures failures(EvaluationTopics own, Topics topics, EvaluatorSettings settings) {
        return new StreamFailures(own, topics, settings.groupFor(topics), settings.member());
    }
}
