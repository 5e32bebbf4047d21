package dev.slicer.evaluator;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.TopicReaders;
import dev.slicer.service.TopicSetup;
import dev.slicer.service.TopicTail;
import dev.slicer.service.TopicWorker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Ties the evaluator's parts together: labelled documents go out to be tagged, and what comes back is scored. The board
 * is not stored: a start reads gold and entities again from the beginning of their topics.
 */
@Singleton
public class StreamEvaluation {
    private static final Logger LOG = Logger.getLogger(StreamEvaluation.class);

    private static final Duration GOLD_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Topics topics;
    private final EvaluationMetrics metrics;
    private final ScoreBoard board;
    private final TopicTail tail;
    private final Forwarder forwarder;
    private final List<TopicWorker> workers;

    StreamEvaluation(
            KafkaClients kafka,
            Topics topics,
            TopicSetup setup,
            KafkaEvents events,
            EvaluatorSettings settings,
            MeterRegistry registry) {
        settings.validate();
        this.topics = topics;
        this.metrics = new EvaluationMetrics(registry);
        this.board = new ScoreBoard(List.of(metrics));
        metrics.observe(board);
        this.tail = new TopicTail(kafka.reader(), Set.of(topics.labelledDocuments(), topics.entities()), this::follow);
        String group = settings.groupFor(topics);
        this.forwarder = new Forwarder(
                () -> kafka.member(group, settings.transactionSize()),
                () -> kafka.transactionalProducer(group + "-" + settings.instance()),
                topics,
                events,
                new GoldOnTheBoard(),
                metrics);
        this.workers = List.of(
                new TopicWorker("evaluation-scores", setup.ready(), tail),
                new TopicWorker("evaluation-forward", setup.ready(), forwarder));
    }

    void start(@Observes StartupEvent start) {
        workers.forEach(TopicWorker::start);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stop();
    }

    void stop() throws InterruptedException {
        workers.forEach(TopicWorker::stopWaiting);
        forwarder.close();
        tail.close();
        for (TopicWorker worker : workers) {
            worker.join(STOP_LIMIT);
        }
    }

    ScoreBoard board() {
        return board;
    }

    /** Whether what the topics held when the evaluator started has been scored again. */
    boolean rebuilt() {
        return tail.hasCaughtUp();
    }

    TopicReaders readers() {
        return new TopicReaders(List.of(tail, forwarder));
    }

    /** Only scores what the topics hold, and goes on with it, on the calling thread. */
    void score() {
        tail.run();
    }

    /** The tail reads what the forwarder reads, from the beginning, and so knows what came first. */
    private final class GoldOnTheBoard implements Forwarder.FirstGold {
        @Override
        public void awaitAll() {
            tail.awaitCaughtUp(GOLD_LIMIT);
        }

        @Override
        public void awaitAllBefore(Map<TopicPartition, Long> offsets) {
            tail.awaitHandled(offsets, GOLD_LIMIT);
        }

        @Override
        public Optional<GoldDocument> of(String documentId) {
            return board.gold(documentId);
        }
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
}
