package dev.slicer.evaluator;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.TopicSetup;
import dev.slicer.service.TopicTail;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Ties the evaluator's parts together: labelled documents go out to be tagged, and what comes back is scored. The board
 * is not stored: a start reads gold and entities again from the beginning of their topics.
 */
@Singleton
public class StreamEvaluation {
    private static final Logger LOG = Logger.getLogger(StreamEvaluation.class);

    private final Topics topics;
    private final TopicSetup setup;
    private final EvaluationMetrics metrics;
    private final ScoreBoard board;
    private final TopicTail tail;
    private final Forwarder forwarder;
    private final List<Thread> threads;
    private final Set<Thread> waitingForTopics = ConcurrentHashMap.newKeySet();
    private volatile boolean rebuilt;

    StreamEvaluation(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            Topics topics,
            TopicSetup setup,
            KafkaEvents events,
            EvaluatorSettings settings,
            MeterRegistry registry) {
        settings.validate();
        this.topics = topics;
        this.setup = setup;
        this.metrics = new EvaluationMetrics(registry);
        this.board = new ScoreBoard(List.of(metrics));
        metrics.observe(board);
        this.tail = new TopicTail(
                consumer(kafka, Map.of()), Set.of(topics.labelledDocuments(), topics.entities()), this::follow);
        this.forwarder = new Forwarder(
                () -> consumer(kafka, groupSettings(settings.groupFor(topics), settings.transactionSize())),
                () -> new KafkaProducer<>(
                        transactionSettings(kafka, settings.groupFor(topics) + "-" + settings.instance()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer()),
                topics,
                events,
                metrics);
        this.threads =
                List.of(daemon("evaluation-scores", this::runTail), daemon("evaluation-forward", this::runForwarder));
    }

    void start(@Observes StartupEvent start) {
        threads.forEach(Thread::start);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stop();
    }

    void stop() throws InterruptedException {
        waitingForTopics.forEach(Thread::interrupt);
        forwarder.close();
        tail.close();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
    }

    ScoreBoard board() {
        return board;
    }

    /** Whether what the topics held when the evaluator started has been scored again. */
    boolean rebuilt() {
        return rebuilt;
    }

    /** Why the evaluator can do no work, once it cannot. */
    Optional<String> failure() {
        return Stream.of(tail.failure(), forwarder.failure())
                .flatMap(Optional::stream)
                .map(RuntimeException::toString)
                .findFirst();
    }

    /** Time of the last sign of life of the slower of the two readers. */
    Instant lastPoll() {
        return tail.lastPoll().isBefore(forwarder.lastPoll()) ? tail.lastPoll() : forwarder.lastPoll();
    }

    private void follow(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.labelledDocuments())) {
            gold(record);
        } else if (isForGold(record)) {
            answer(record);
        }
    }

    private void gold(ConsumerRecord<byte[], byte[]> record) {
        try {
            board.add(GoldDocument.of(KafkaEvents.read(record, LabelledDocument.class)));
        } catch (InvalidEventException e) {
            // The forwarder answers this one.
            LOG.debugf("Skipped %s offset %d: %s", record.topic(), record.offset(), e.getMessage());
        }
    }

    /** By its key, before everybody's entities are parsed in vain. */
    private static boolean isForGold(ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null
                && new String(record.key(), StandardCharsets.UTF_8).startsWith(GoldDocument.ID_PREFIX);
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) {
        String place = record.topic() + "-" + record.partition() + " offset " + record.offset();
        try {
            EntitiesEvent event = KafkaEvents.read(record, EntitiesEvent.class);
            Answer.of(event)
                    .ifPresentOrElse(
                            board::add,
                            () -> metrics.unscored(
                                    Unscored.ANSWER_WITHOUT_TAGS,
                                    event.modelId() + " answered " + event.documentId() + " without tags"));
        } catch (InvalidEventException e) {
            metrics.unscored(Unscored.ANSWER_UNREADABLE, place + ": " + e.getMessage());
        }
    }

    void runTail() {
        if (awaitTopics()) {
            tail.caughtUp().thenRun(() -> rebuilt = true);
            tail.run();
        }
    }

    private void runForwarder() {
        if (awaitTopics()) {
            forwarder.run();
        }
    }

    private boolean awaitTopics() {
        waitingForTopics.add(Thread.currentThread());
        try {
            setup.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingForTopics.remove(Thread.currentThread());
        }
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static Map<String, Object> groupSettings(String group, int transactionSize) {
        return Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                transactionSize,
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> kafka, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.remove(ConsumerConfig.GROUP_ID_CONFIG);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.putAll(own);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Map<String, Object> transactionSettings(Map<String, Object> kafka, String transactionalId) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        all.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        return all;
    }
}
