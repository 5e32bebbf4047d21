package dev.slicer.inference;

import dev.slicer.events.Topics;
import dev.slicer.inference.DocumentBatch.DeadLetter;
import dev.slicer.inference.DocumentBatch.Outcome;
import dev.slicer.inference.DocumentBatch.Result;
import dev.slicer.inference.DocumentBatch.Tagged;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Documents in, entities out, exactly once: a batch's results and its offsets are one Kafka transaction.
 *
 * <p>One thread owns consumer and producer; the model runs on another, so that polling goes on and a slow batch does not
 * look like a dead consumer. Whatever goes wrong ends in the same way: nothing of the batch is committed and reading
 * starts again behind the last batch that was.
 */
final class DocumentStream implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DocumentStream.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration POLL_WHILE_TAGGING = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** Kafka's calls block for 20 s at the longest; opening takes a few of them. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(3);

    enum State {
        NOT_STARTED,
        WAITING_FOR_MODEL,
        CONNECTING,
        RUNNING,
        RETRYING,
        STOPPED
    }

    /** @param problem why it is {@link State#RETRYING} */
    record Status(State state, Instant lastSignOfLife, Optional<String> problem) {}

    private final StreamClients clients;
    private final Topics topics;
    private final DocumentBatch batch;
    private final Models models;
    private final InferenceMetrics metrics;
    private final MeterRegistry registry;
    private final Clock clock;
    private final Duration shutdownTimeout;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "document-stream");
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "document-tagging"));
    private volatile Status status;

    DocumentStream(
            StreamClients clients,
            Topics topics,
            DocumentBatch batch,
            Models models,
            InferenceMetrics metrics,
            MeterRegistry registry,
            Clock clock,
            Duration shutdownTimeout) {
        this.clients = clients;
        this.topics = topics;
        this.batch = batch;
        this.models = models;
        this.metrics = metrics;
        this.registry = registry;
        this.clock = clock;
        this.shutdownTimeout = shutdownTimeout;
        this.status = new Status(State.NOT_STARTED, clock.instant(), Optional.empty());
    }

    void start() {
        thread.start();
    }

    Status status() {
        return status;
    }

    /** Whether the loop turns, be it in vain; a stream that is not alive comes back only with a new process. */
    boolean isAlive() {
        Status now = status;
        return now.state() == State.NOT_STARTED
                || thread.isAlive()
                        && Duration.between(now.lastSignOfLife(), clock.instant())
                                        .compareTo(LONGEST_SILENCE)
                                < 0;
    }

    /** Finishes the batch at hand, then stops. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(shutdownTimeout.toMillis());
            if (thread.isAlive()) {
                LOG.warnf(
                        "the batch at hand took longer than %s; it is given up and will be tagged again",
                        shutdownTimeout);
                thread.interrupt();
                thread.join(TimeUnit.SECONDS.toMillis(5));
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        worker.shutdownNow();
    }

    private void run() {
        try {
            // Not even a member of the group before there is a model, so that instances that have one get all
            // partitions.
            signal(State.WAITING_FOR_MODEL);
            while (!models.awaitFirst(POLL)) {
                signal(State.WAITING_FOR_MODEL);
                if (isStopping()) {
                    return;
                }
            }
            Duration pause = Duration.ofSeconds(1);
            while (!isStopping()) {
                Instant opened = clock.instant();
                try {
                    readUntilStopped();
                } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
                    return;
                } catch (RuntimeException e) {
                    metrics.abortedTransaction();
                    status = new Status(State.RETRYING, clock.instant(), Optional.of(String.valueOf(e.getMessage())));
                    boolean atOnce = Duration.between(opened, clock.instant()).compareTo(LONGEST_PAUSE) < 0;
                    pause = atOnce ? shorter(pause.multipliedBy(2), LONGEST_PAUSE) : Duration.ofSeconds(1);
                    LOG.errorf(e, "the document stream broke; it starts again in %d s", pause.toSeconds());
                    stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            LOG.info("the document stream was interrupted");
        } finally {
            signal(State.STOPPED);
        }
    }

    private void readUntilStopped() throws InterruptedException {
        signal(State.CONNECTING);
        try (Producer<byte[], byte[]> producer = clients.producer();
                Consumer<byte[], byte[]> consumer = clients.consumer();
                KafkaClientMetrics consumerMetrics = new KafkaClientMetrics(consumer)) {
            consumerMetrics.bindTo(registry);
            // Also ends a transaction that an earlier producer of this id left open.
            producer.initTransactions();
            PausedWhileTagging paused = new PausedWhileTagging(consumer);
            consumer.subscribe(List.of(topics.documents()), paused);
            while (!isStopping()) {
                signal(State.RUNNING);
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    // Of the generation in which the records were ours: if the group changes meanwhile, Kafka refuses
                    // them.
                    ConsumerGroupMetadata group = consumer.groupMetadata();
                    paused.start();
                    Result result = tag(consumer, records);
                    commit(producer, consumer, group, records, result);
                    paused.end();
                }
            }
        }
    }

    private Result tag(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        Future<Result> tagging = worker.submit(() -> {
            try (SharedTagger.Lease lease = models.lease().orElseThrow()) {
                return batch.run(lease.tagger(), records);
            }
        });
        while (true) {
            try {
                return tagging.get(POLL_WHILE_TAGGING.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                signal(State.RUNNING);
                if (!consumer.poll(Duration.ZERO).isEmpty()) {
                    throw new IllegalStateException("Kafka gave records of paused partitions", e);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(
                        "tagging failed: " + e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private void commit(
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            ConsumerGroupMetadata group,
            ConsumerRecords<byte[], byte[]> records,
            Result result) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(records.nextOffsets());
        producer.beginTransaction();
        try {
            // A failed send fails the commit, so the futures need not be looked at.
            result.outcomes().forEach(outcome -> producer.send(outcome.record()));
            producer.sendOffsetsToTransaction(offsets, group);
        } catch (CommitFailedException e) {
            LOG.infof("the group changed while %d documents were tagged; their results are dropped", records.count());
            producer.abortTransaction();
            metrics.abortedTransaction();
            rewind(consumer);
            return;
        }
        producer.commitTransaction();
        count(result);
    }

    private void rewind(Consumer<byte[], byte[]> consumer) {
        consumer.committed(consumer.assignment()).forEach((partition, committed) -> {
            if (committed == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, committed);
            }
        });
    }

    private void count(Result result) {
        List<Tagged> tagged = result.outcomes().stream()
                .filter(Tagged.class::isInstance)
                .map(Tagged.class::cast)
                .toList();
        metrics.tagged("kafka", tagged.stream().map(Tagged::document).toList());
        if (!tagged.isEmpty()) {
            metrics.batch("kafka", tagged.size(), result.tagging());
        }
        for (Outcome outcome : result.outcomes()) {
            if (outcome instanceof DeadLetter letter) {
                metrics.deadLetter(letter.reason());
            }
        }
    }

    private void signal(State state) {
        status = new Status(state, clock.instant(), Optional.empty());
    }

    private boolean isStopping() {
        return stop.getCount() == 0;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Keeps partitions paused during a batch, those that arrive meanwhile too. */
    private static final class PausedWhileTagging implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;
        private boolean tagging;

        PausedWhileTagging(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        void start() {
            tagging = true;
            consumer.pause(consumer.assignment());
        }

        void end() {
            tagging = false;
            consumer.resume(consumer.assignment());
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (tagging) {
                consumer.pause(partitions);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // The batch at hand is refused at its commit, by its generation.
        }
    }
}
