package dev.slicer.kafka.reading;

import dev.slicer.kafka.loops.Shutdown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics from their beginning and follows them. Without a consumer group: every instance sees every record, and
 * after a restart sees all of them again.
 */
public final class TopicTail implements WholeReader, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    /** @param ends empty for the ends of all topics */
    private record Asked(CompletableFuture<Void> reached, Optional<Map<TopicPartition, Long>> ends) {}

    private record Barrier(CompletableFuture<Void> reached, Map<TopicPartition, Long> ends) {}

    private final WholeTopics reading;
    private final Set<String> topics;
    private final Consumer<ConsumerRecord<byte[], byte[]>> handler;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    private final List<Barrier> barriers = new ArrayList<>();
    private final Shutdown shutdown = new Shutdown();
    private volatile boolean caughtUpOnce;
    private volatile Instant lastPoll = Instant.now();
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * @param consumer of no group
     * @param handler called on the one thread of {@link #run}. What it throws ends the reading, but for a
     *     {@link RetriableException}, after which it goes on with the next poll
     */
    public TopicTail(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
            Set<String> topics,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        this.reading = new WholeTopics(consumer, topics);
        this.topics = Set.copyOf(topics);
        this.handler = handler;
        // Before any other caller can ask, so that it is answered first.
        ask(Optional.empty()).thenRun(() -> caughtUpOnce = true);
    }

    @Override
    public void start() {
        Thread thread = new Thread(this, "topic-tail");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void awaitCaughtUp(Duration limit) {
        await(ask(Optional.empty()), limit);
    }

    /** Completes when all that the topics hold at the time of the call has been handled; with a failure where reading ends. */
    public Future<Void> caughtUp() {
        return ask(Optional.empty());
    }

    @Override
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

    @Override
    public boolean hasCaughtUp() {
        return caughtUpOnce;
    }

    @Override
    public void run() {
        try (reading) {
            while (!shutdown.hasBegun()) {
                try {
                    step();
                } catch (RetriableException e) {
                    LOG.warn("Reading {} is held up: {}", topics, e.getMessage());
                    shutdown.pause(RETRY_DELAY);
                }
            }
        } catch (WakeupException e) {
            LOG.debug("Stopped reading {}", topics);
        } catch (RuntimeException e) {
            LOG.error("Reading {} ended", topics, e);
            failure = Optional.of(e);
        } finally {
            RuntimeException end =
                    failure.orElseGet(() -> new IllegalStateException("reading " + topics + " has ended"));
            failure = Optional.of(end);
            asked.forEach(waiting -> waiting.reached().completeExceptionally(end));
            barriers.forEach(barrier -> barrier.reached().completeExceptionally(end));
        }
    }

    @Override
    public void close() {
        shutdown.begin();
        reading.wakeup();
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
        reading.poll(POLL).forEach(handler);
        lastPoll = Instant.now();
        waiting = reading.waiting();
        for (Asked next = asked.peek(); next != null; next = asked.peek()) {
            barriers.add(new Barrier(next.reached(), next.ends().orElseGet(reading::ends)));
            asked.remove();
        }
        barriers.removeIf(
                barrier -> reading.hasRead(barrier.ends()) && barrier.reached().complete(null));
    }
}
