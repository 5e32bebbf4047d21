package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.labels.EvaluationLabels;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialAnswer;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The join without a broker, on a clock of its own. */
final class JoinDriver implements AutoCloseable {
    static final Duration WAIT = Duration.ofMinutes(10);
    static final Duration KEEP = Duration.ofDays(1);
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Topics topics = Topics.defaults();
    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.fixed(START, ZoneOffset.UTC));
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> labelled;
    private final TestInputTopic<byte[], byte[]> entities;
    private Optional<String> serving = Optional.of("served");

    JoinDriver() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "join");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        driver = new TopologyTestDriver(
                JoinTopology.of(
                        new JoinTopology.Settings(WAIT, KEEP, () -> serving, false),
                        new GoldRules(Set.of(), Set.of(), false),
                        topics,
                        events,
                        new RecordSizes(),
                        new JoinMetrics(registry, new EvaluationLabels()),
                        new PassedOver(registry),
                        (entities, scores) -> {}),
                properties,
                START);
        labelled = input(topics.labelledDocuments());
        entities = input(topics.entities());
    }

    private TestInputTopic<byte[], byte[]> input(String topic) {
        return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void serving(Optional<String> model) {
        serving = model;
    }

    void gold(LabelledDocument document) {
        pipe(labelled, topics.labelledDocuments(), document);
    }

    void gold(String key, String json) {
        labelled.pipeInput(key.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@code slicer forget} asks for it. */
    void forget(String documentId) {
        labelled.pipeInput(documentId.getBytes(StandardCharsets.UTF_8), (byte[]) null);
    }

    List<String> kept(String store) {
        List<String> keys = new ArrayList<>();
        driver.getKeyValueStore(store).all().forEachRemaining(entry -> keys.add(String.valueOf(entry.key)));
        return keys;
    }

    void writeAmongGold(String key, String json) {
        input(topics.goldDocuments())
                .pipeInput(key.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8));
    }

    void answer(EntitiesEvent answer) {
        pipe(entities, topics.entities(), answer);
    }

    /** As the answer to a question that a trial has asked. */
    void answer(EntitiesEvent answer, String trial) {
        ProducerRecord<byte[], byte[]> record = events.write(topics.entities(), answer);
        record.headers().add(TrialAnswer.HEADER, trial.getBytes(StandardCharsets.UTF_8));
        pipe(record);
    }

    /** All that have come since the last call. */
    List<TrialAnswer> trialAnswers() {
        return output(topics.trialAnswers()).stream()
                .map(record -> EventJson.read(record.value(), TrialAnswer.class))
                .toList();
    }

    void pipe(ProducerRecord<byte[], byte[]> record) {
        input(record.topic()).pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
    }

    private void pipe(TestInputTopic<byte[], byte[]> input, String topic, Event event) {
        var record = events.write(topic, event);
        input.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers()));
    }

    void pass(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** All that have come since the last call. */
    List<DocumentScored> scores() {
        return output(topics.scores()).stream()
                .map(record -> EventJson.read(record.value(), DocumentScored.class))
                .toList();
    }

    List<TestRecord<byte[], byte[]>> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }

    Topics topics() {
        return topics;
    }

    double metric(String name, String... tags) {
        return registry.find(name).tags(tags).meters().stream()
                .flatMap(meter -> StreamSupport.stream(meter.measure().spliterator(), false))
                .mapToDouble(Measurement::getValue)
                .sum();
    }

    @Override
    public void close() {
        driver.close();
    }
}
