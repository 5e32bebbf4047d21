package dev.slicer.evaluator;

import dev.slicer.events.Topics;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What can be configured of the evaluator alone. */
@ConfigMapping(prefix = "slicer.evaluator")
interface EvaluatorSettings {
    /** The consumer group that forwards labelled documents; the topics' prefix and {@code evaluator} when absent. */
    Optional<String> group();

    /**
     * Name of this instance among those of the group; the same after a restart, so that Kafka ends what the last run
     * left open.
     */
    @WithDefault("${HOSTNAME:evaluator}")
    String instance();

    /** Labelled documents that are forwarded in one transaction at most. */
    @WithDefault("500")
    int transactionSize();

    default String groupFor(Topics topics) {
        return group().orElse(topics.prefix() + "evaluator");
    }

    /** @throws IllegalArgumentException naming the key */
    default void validate() {
        if (group().filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("slicer.evaluator.group is blank");
        }
        if (instance().isBlank()) {
            throw new IllegalArgumentException("slicer.evaluator.instance is blank");
        }
        if (transactionSize() < 1) {
            throw new IllegalArgumentException(
                    "slicer.evaluator.transaction-size must be at least 1, got " + transactionSize());
        }
    }
}
