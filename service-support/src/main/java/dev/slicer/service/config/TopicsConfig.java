package dev.slicer.service.config;

import dev.slicer.events.Topics;
import dev.slicer.kafka.topics.TopicSetup;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** Names of the topics, and how missing ones are created. */
@ConfigMapping(prefix = "slicer.topics")
interface TopicsConfig {
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

    /** How long the start waits for the broker. After that the service starts and tries again in the background. */
    @WithDefault("10s")
    Duration startTimeout();

    default TopicSetup.Wanted wanted() {
        return new TopicSetup.Wanted(create(), partitions(), replicas());
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
