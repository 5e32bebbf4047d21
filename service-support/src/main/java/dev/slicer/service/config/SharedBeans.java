package dev.slicer.service.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slicer.events.Topics;
import dev.slicer.json.Json;
import dev.slicer.kafka.clients.ClientObserver;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.List;
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
    RecordSizes recordSizes(PassedOver passedOver, DeadLettersConfig letters) {
        return new RecordSizes(passedOver::tooLarge, letters.content());
    }

    @Produces
    @Singleton
    KafkaClients kafkaClients(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, ClientObserver observer, RecordSizes sizes) {
        return new KafkaClients(kafka, observer, sizes);
    }

    /** Of a service that gives none of its own. */
    @Produces
    @DefaultBean
    @Singleton
    NeededRights neededRights() {
        return new NeededRights(List.of());
    }

    @Produces
    @Singleton
    TopicSetup topicSetup(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            Topics topics,
            TopicsConfig config,
            RecordSizes sizes,
            NeededRights needed,
            MeterRegistry registry) {
        TopicSetup setup = new TopicSetup(kafka, topics, config.wanted(), sizes, needed.rights());
        Gauge.builder(
                        "slicer.topics.misconfigured",
                        setup,
                        topicSetup -> topicSetup.misconfigured().size())
                .description("Settings of topics that are not what the services rely on")
                .register(registry);
        return setup;
    }

    void close(@Disposes TopicSetup setup) {
        setup.close();
    }

    /** Before the service's own parts begin. */
    void start(@Observes @Priority(10) StartupEvent start, TopicSetup setup, TopicsConfig config)
            throws InterruptedException {
        setup.start(config.startTimeout());
    }

    /** A wrong value stops the start, with the key's name, before anything else runs. */
    void validate(@Observes @Priority(1) StartupEvent start, TopicsConfig topics) {
        topics.toTopics();
    }
}
