package dev.slicer.service;

import dev.slicer.service.transactions.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Reads topics from their beginning and follows them. Without a consumer group: every instance sees every record, and
 * after a restart sees all of them again.
 */
public final class TopicTail implements TopicReader, Runnable {
    private static final Logger LOG = Logger.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
    private static final Duration PARTITION_REFRESH = Duration.ofSeconds(30);

    /** @param ends empty for the ends of all topics */
    private record Asked(CompletableFuture<Void> reached, Optional<Map<TopicPartition, Long>> ends) {}

    private record Barrier(CompletableFuture<Void> reached, Map<TopicPartition, Long> ends) {}

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Set<String> topics;
    private final PassedOver passedOver;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final List<Barrier> barriers = new ArrayList<>();
    private final Shutdown shutdown = new Shutdown();
    private volatile boolean caughtUpOnce;
    private volatile Instant lastPoll = Instant.now();
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private Instant partitionsRead = Instant.MIN;

    /**
     * @param handler called on the one thread of {@link #run}. What it throws has the record passed over, but for a
     *     {@link KafkaException}, which ends the reading where it is not retriable
     */
    public TopicTail(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Set<String> topics,
            PassedOver passedOver,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        this.consumer = consumer;
        this.topics = Set.copyOf(topics);
        this.passedOver = passedOver;
        this.handler = handler;
        passedOver.watch(topics);
        // Before anybody else can ask, so that it is answered first.
        ask(Optional.empty()).thenRun(() -> caughtUpOnce = true);
    }

    /**
     * Waits until all that the topics hold at the time of the call has been handled.
     *
     * @throws KafkaException where that takes longer than the limit, or the reading has ended
     */
    public void awaitCaughtUp(Duration limit) {
        await(ask(Optional.empty()), limit);
    }

    /** Completes when all that the topics hold at the time of the call has been handled; with a failure where reading ends. */
    public Future<Void> caughtUp() {
        return ask(Optional.empty());
    }

    /**
     * Waits until all records before these offsets have been handled; unlike {@link #awaitCaughtUp}, without asking Kafka.
     *
     * @throws KafkaException where that takes longer than the limit, or the reading has ended
     */
    public void awaitHandled(Map<TopicPartition, Long> ends, Duration limit) {
        await(ask(Optional.of(Map.copyOf(ends))), limit);
    }

    private CompletableFuture<Void> ask(Optional<Map<TopicPartition, Long>> ends) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        asked.add(new Asked(reached, ends));
        failure.ifPresent(reached::completeExceptionally);
        return reached;
    }

    private void await(CompletableFuture<Void> reached, Duration limit) {
        try {
            reached.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new KafkaException("reading " + topics + " takes longer than " + limit, e);
        } catch (ExecutionException e) {
            throw new KafkaException(topics + " cannot be read", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Whether all that the topics held when the reading began has been handled. */
    public boolean hasCaughtUp() {
        return caughtUpOnce;
    }

    @Override
    public void run() {
        try (consumer) {
            while (!shutdown.hasBegun()) {
                try {
                    step();
                } catch (RetriableException e) {
                    LOG.warnf("Reading %s is held up: %s", topics, e.getMessage());
                    shutdown.pause(RETRY_DELAY);
                }
            }
        } catch (WakeupException e) {
            LOG.debugf("Stopped reading %s", topics);
        } catch (RuntimeException e) {
            LOG.errorf(e, "Reading %s ended", topics);
            failure = Optional.of(e);
        } finally {
            RuntimeException end =
                    failure.orElseGet(() -> new IllegalStateException("reading " + topics + " has ended"));
            failure = Optional.of(end);
            asked.forEach(waiting -> waiting.reached().completeExceptionally(end));
            barriers.forEach(barrier -> barrier.reached().completeExceptionally(end));
        }
    }

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

    private void step() {
        if (Duration.between(partitionsRead, Instant.now()).compareTo(PARTITION_REFRESH) > 0) {
            assignNewPartitions();
        }
        consumer.poll(POLL).forEach(record -> passedOver.take(record, handler));
        lastPoll = Instant.now();
        waiting = Waiting.of(consumer, consumer.assignment());
        for (Asked next = asked.peek(); next != null; next = asked.peek()) {
            barriers.add(new Barrier(
                    next.reached(), next.ends().orElseGet(() -> consumer.endOffsets(consumer.assignment()))));
            asked.remove();
        }
        barriers.removeIf(this::complete);
    }

    private boolean complete(Barrier barrier) {
        // A partition that is new is assigned a little later.
        boolean reached = consumer.assignment().containsAll(barrier.ends().keySet())
                && barrier.ends().entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        return reached && barrier.reached().complete(null);
    }

    private void assignNewPartitions() {
        Set<TopicPartition> known = consumer.assignment();
        Set<TopicPartition> all = new HashSet<>(known);
        for (String topic : topics) {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic);
            if (partitions.isEmpty()) {
                throw new UnknownTopicOrPartitionException("there is no topic " + topic);
            }
            partitions.forEach(partition -> all.add(new TopicPartition(partition.topic(), partition.partition())));
        }
        if (!all.equals(known)) {
            Map<TopicPartition, Long> positions = new HashMap<>();
            known.forEach(partition -> positions.put(partition, consumer.position(partition)));
            consumer.assign(all);
            all.removeAll(known);
            consumer.seekToBeginning(all);
            positions.forEach(consumer::seek);
        }
        partitionsRead = Instant.now();
    }
}
