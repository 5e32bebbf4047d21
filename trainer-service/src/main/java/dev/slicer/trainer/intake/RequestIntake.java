package dev.slicer.trainer.intake;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.PassedOver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Takes training requests in, each by one trainer of the group: what is no request goes to the dead letters, what is one
 * is reported to be queued. No job runs here, so polling never waits for one.
 */
public final class RequestIntake implements TopicReader, Runnable {
    /** What is done with a record; may be done again after a crash or a rebalance. */
    public interface Answer {
        /** @throws InvalidEventException where the request is to be refused all the same */
        void accept(TrainingRequest request, ConsumerRecord<byte[], byte[]> record);

        void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason);
    }

    private static final Logger LOG = Logger.getLogger(RequestIntake.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Answer answer;
    private final PassedOver passedOver;
    private final Clock clock;
    private final Shutdown shutdown = new Shutdown();
    private volatile Instant lastPoll;
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    public RequestIntake(
            Consumer<byte[], byte[]> consumer, String topic, Answer answer, PassedOver passedOver, Clock clock) {
        this.consumer = consumer;
        this.topic = topic;
        this.answer = answer;
        this.passedOver = passedOver;
        this.clock = clock;
        this.lastPoll = clock.instant();
    }

    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic));
            while (!shutdown.hasBegun()) {
                step();
            }
        } catch (WakeupException e) {
            LOG.debugf("Stopped reading %s", topic);
        } catch (RuntimeException e) {
            LOG.error("The trainer takes no more requests in", e);
            failure = Optional.of(e);
        }
    }

    private void step() {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            lastPoll = clock.instant();
            takeIn(records);
            waiting = Waiting.of(consumer, consumer.assignment());
        } catch (CommitFailedException | RebalanceInProgressException e) {
            LOG.warnf("Requests will be taken in again: %s", e.getMessage());
        } catch (RetriableException e) {
            LOG.warnf("Taking requests in is held up: %s", e.getMessage());
            shutdown.pause(RETRY_DELAY);
        }
    }

    private void takeIn(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        Map<TopicPartition, Long> left = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (left.isEmpty() && answered(record)) {
                done.put(partition, new OffsetAndMetadata(record.offset() + 1));
            } else {
                left.putIfAbsent(partition, record.offset());
            }
        }
        if (!done.isEmpty()) {
            consumer.commitSync(done);
        }
        if (!left.isEmpty()) {
            left.forEach(consumer::seek);
            shutdown.pause(RETRY_DELAY);
        }
    }

    private boolean answered(ConsumerRecord<byte[], byte[]> record) {
        try {
            passedOver.take(record, this::answer);
            return true;
        } catch (KafkaException e) {
            LOG.warnf("A training request is answered later: %s", e.getMessage());
            return false;
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) {
        try {
            answer.accept(KafkaEvents.read(record, TrainingRequest.class), record);
        } catch (InvalidEventException e) {
            LOG.warnf(
                    "Refused the training request at %s-%d offset %d: %s",
                    record.topic(), record.partition(), record.offset(), e.getMessage());
            answer.refuse(record, e);
        }
    }

    /** Ends {@link #run}. */
    public void close() {
        shutdown.begin();
        consumer.wakeup();
    }

    @Override
    public Instant lastPoll() {
        return lastPoll;
    }

    @Override
    public Waiting waiting() {
        return waiting;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }
}
