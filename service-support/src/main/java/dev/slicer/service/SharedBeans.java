package dev.slicer.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.events.Topics;
import dev.slicer.json.Json;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What all services share, made from the configuration. */
class SharedBeans {

    @Produces
    @Singleton
    ObjectMapper json() {
        return Json.mapper();
    }

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Topics topics(TopicsConfig config) {
        return config.toTopics();
    }

    @Produces
    @Singleton
    KafkaEvents kafkaEvents(@ConfigProperty(name = "quarkus.application.name") String service, Clock clock) {
        return new KafkaEvents(URI.create("/slicer/" + service), clock);
    }

    @Produces
    @Singleton
    RecordSizes recordSizes(MeterRegistry registry) {
        return new RecordSizes(registry);
    }

    @Produces
    @Singleton
    KafkaClients kafkaClients(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, MeterRegistry registry, RecordSizes sizes) {
        return new KafkaClients(kafka, registry, sizes);
    }

    @Produces
    @Singleton
    MeterFilter httpMetricsHelp() {
        return new HttpMetricsHelp();
    }

    /** A wrong value stops the start, with the key's name, before anything else runs. */
    void validate(@Observes @Priority(1) StartupEvent start, TopicsConfig topics) {
        topics.toTopics();
    }
}
