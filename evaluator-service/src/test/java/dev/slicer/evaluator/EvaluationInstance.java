package dev.slicer.evaluator;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.join.JoinMetrics;
import dev.slicer.evaluator.join.JoinTopology;
import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.evaluator.totals.ScoreAggregation;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** One of several evaluators' streams, with the settings that the service has; what starts it is this instead of Quarkus. */
final class EvaluationInstance implements AutoCloseable {
    private static final String PREFIX = "kafka-streams.";

    private final EvaluationTopics own;
    private final EvaluationStream stream;
    private final KafkaStreams streams;
    private final Map<String, Long> restored = new ConcurrentHashMap<>();

    /** @param settings of the service that are not the default */
    EvaluationInstance(
            KafkaClients clients,
            Topics topics,
            Path state,
            Duration waitForAnswer,
            Supplier<Optional<String>> serving,
            Map<String, String> settings) {
        String group = topics.prefix() + "evaluator";
        Map<String, String> all = new HashMap<>(settings);
        all.put("slicer.topics.prefix", topics.prefix());
        all.put("slicer.topics.replicas", "1");
        all.put("slicer.evaluator.state-folder", state.toString());
        PassedOver passedOver = new PassedOver(new SimpleMeterRegistry());
        KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.systemUTC());
        boolean onDisk = "disk".equals(settings.get("slicer.evaluator.state"));
        Duration keep = Duration.ofDays(1);
        streams = new KafkaStreams(
                JoinTopology.of(
                        new JoinTopology.Settings(waitForAnswer, keep, serving, onDisk),
                        new GoldRules(
                                Set.of(),
                                Set.of(),
                                false,
                                () -> JoinTopology.goldLimit(clients.sizes(), topics, group)),
                        topics,
                        events,
                        clients.sizes(),
                        new JoinMetrics(new SimpleMeterRegistry(), new EvaluationLabels()),
                        passedOver,
                        (entities, scores) -> ScoreAggregation.addTo(
                                scores, keep, onDisk, topics, events, clients.sizes(), passedOver)),
                properties(clients, all),
                new StreamClients(clients.sizes(), clients.denials()));
        own = new EvaluationTopics(
                clients,
                topics,
                group,
                new TopicSetup(
                        Map.of(),
                        topics,
                        new TopicSetup.Wanted(false, 1, Optional.of((short) 1), Map.of()),
                        new RecordSizes(),
                        List.of()));
        StreamFailures failures =
                new StreamFailures(own, topics, group, Optional.ofNullable(settings.get("slicer.evaluator.member")));
        streams.setUncaughtExceptionHandler(failures);
        streams.setGlobalStateRestoreListener(new StateRestoreListener() {
            @Override
            public void onRestoreStart(TopicPartition partition, String store, long from, long to) {}

            @Override
            public void onBatchRestored(TopicPartition partition, String store, long end, long records) {
                restored.merge(partition.topic(), records, Long::sum);
            }

            @Override
            public void onRestoreEnd(TopicPartition partition, String store, long records) {}
        });
        stream = new EvaluationStream(streams, topics, group, own, failures);
    }

    EvaluationInstance(KafkaClients clients, Topics topics, Path state) {
        this(clients, topics, state, Duration.ofMinutes(10), Optional::empty, Map.of());
    }

    /** As the extension makes them of the service's settings. */
    private static Properties properties(KafkaClients clients, Map<String, String> settings) {
        try {
            SmallRyeConfig config = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .withSources(
                            new PropertiesConfigSource(
                                    EvaluationInstance.class.getResource("/application.properties"), 100),
                            new PropertiesConfigSource(settings, "test", 200),
                            new PropertiesConfigSource(
                                    Map.of("java.io.tmpdir", System.getProperty("java.io.tmpdir")), "tmp", 50))
                    .build();
            Properties properties = new Properties();
            properties.putAll(clients.common());
            for (String name : config.getPropertyNames()) {
                if (name.startsWith(PREFIX)) {
                    config.getOptionalValue(name, String.class)
                            .ifPresent(value -> properties.put(name.substring(PREFIX.length()), value));
                }
            }
            properties.put(
                    StreamsConfig.APPLICATION_ID_CONFIG,
                    config.getValue("quarkus.kafka-streams.application-id", String.class));
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        own.prepare();
        if (own.failure().isEmpty()) {
            streams.start();
        }
    }

    /** Records that were read again of changelogs whose names match. */
    long restoredFrom(String changelogs) {
        return restored.entrySet().stream()
                .filter(topic -> topic.getKey().matches(changelogs))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    EvaluationStream stream() {
        return stream;
    }

    @Override
    public void close() {
        stream.close();
    }
}
