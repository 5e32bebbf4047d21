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
    @WithDefault("slicer.")
    String prefix();

    /** Whether the service creates missing topics when it starts. */
    @WithDefault("true")
    boolean create();

    /** Partitions of a topic whose records need no order across keys. */
    @WithDefault("3")
    @Min(1)
    int partitions();

    /** Replicas of each partition; the broker's default when absent. */
    Optional<Short> replicas();

    /** How long start-up waits for the broker; after that the service starts and goes on trying. */
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
