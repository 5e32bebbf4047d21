package dev.slicer.service.config;

import dev.slicer.events.Topics;
import dev.slicer.kafka.topics.Retention;
import dev.slicer.kafka.topics.TopicSetup;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Names of the topics, and how missing ones are created. */
@ConfigMapping(prefix = "slicer.topics")
public interface TopicsConfig {
    /** What the name of every topic begins with. */
    @WithDefault("slicer.")
    String prefix();

    /**
     * Whether the service creates missing topics when it starts. Topics that are there are checked and never
     * changed.
     */
    @WithDefault("true")
    boolean create();

    /** Number of partitions of a topic that is created, unless its records need one order. */
    @WithDefault("3")
    @Min(1)
    int partitions();

    /**
     * Number of replicas of each partition of a topic that is created, of the evaluator's own topics too.
     * Default: the broker's.
     */
    Optional<Short> replicas();

    Kept retention();

    /**
     * How long topics keep records: {@code forever}, or a time as {@code 90d}. A time that is given here is made the topic's when
     * the service creates it, and a topic that is there and keeps records for longer or shorter is told of.
     */
    interface Kept {
        /** How long documents are kept. Default: the broker's. */
        Optional<Retention> documents();

        /** How long entities are kept. Default: the broker's. */
        Optional<Retention> entities();

        /**
         * How long labelled documents are kept; no less than {@code slicer.evaluator.keep-gold}. Default: 180d.
         */
        Optional<Retention> labelledDocuments();

        /** How long labelled documents are kept that the evaluator has sorted. Default: the broker's. */
        Optional<Retention> goldDocuments();

        /** How long documents of trials are kept. Default: the broker's. */
        Optional<Retention> trialDocuments();

        /** How long answers of trials are kept. Default: 7d. */
        Optional<Retention> trialAnswers();

        /** How long scores are kept; no less than {@code slicer.evaluator.keep-gold}. Default: 90d. */
        Optional<Retention> scores();

        /** How long dead letters are kept. Default: the broker's. */
        Optional<Retention> deadLetters();

        /** How long training requests are kept; no less than a job may wait and run. Default: 90d. */
        Optional<Retention> trainingRequests();

        /** How long the progress of jobs is kept; no less than a job may wait and run. Default: 90d. */
        Optional<Retention> trainingProgress();

        /** How long is kept what instances have loaded. Default: 30d. */
        Optional<Retention> checkpointTelemetry();

        /** Those that are given, by the topic's name without prefix. */
        default Map<String, Retention> given() {
            Topics named = new Topics("");
            Map<String, Retention> given = new HashMap<>();
            documents().ifPresent(kept -> given.put(named.documents(), kept));
            entities().ifPresent(kept -> given.put(named.entities(), kept));
            labelledDocuments().ifPresent(kept -> given.put(named.labelledDocuments(), kept));
            goldDocuments().ifPresent(kept -> given.put(named.goldDocuments(), kept));
            trialDocuments().ifPresent(kept -> given.put(named.trialDocuments(), kept));
            trialAnswers().ifPresent(kept -> given.put(named.trialAnswers(), kept));
            scores().ifPresent(kept -> given.put(named.scores(), kept));
            deadLetters().ifPresent(kept -> given.put(named.deadLetters(), kept));
            trainingRequests().ifPresent(kept -> given.put(named.trainingRequests(), kept));
            trainingProgress().ifPresent(kept -> given.put(named.trainingProgress(), kept));
            checkpointTelemetry().ifPresent(kept -> given.put(named.checkpointTelemetry(), kept));
            return given;
        }
    }

    /** How long the start waits for the broker. After that the service starts and tries again in the background. */
    @WithDefault("10s")
    Duration startTimeout();

    default TopicSetup.Wanted wanted() {
        return new TopicSetup.Wanted(
                create(), partitions(), replicas(), retention().given());
    }

    /** @throws IllegalArgumentException naming the key */
    default Topics toTopics() {
        try {
            return new Topics(prefix());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("slicer.topics.prefix: " + e.getMessage(), e);
        }
    }
}
