package dev.slicer.service.config;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** How the service connects to the brokers. */
@ConfigMapping(prefix = "slicer.kafka")
interface KafkaConfig {
    /**
     * File with properties for Kafka's clients, as Kafka's own tools take it ({@code client.properties}), whose secrets may lie
     * in other files. What {@code kafka.*} or an environment variable says counts more. Default: none.
     */
    Optional<Path> config();
}
