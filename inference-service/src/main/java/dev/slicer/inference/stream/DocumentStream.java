package dev.slicer.inference.stream;

import dev.slicer.inference.stream.StreamStatus.State;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Documents in, entities out, exactly once: a batch's results and its offsets are one Kafka transaction.
 *
 * <p>All failures end in the same way: nothing of the batches in flight is committed, and with new clients reading
 * starts again behind the last batch that was. That the group takes partitions away is no failure.
 */
public final class DocumentStream implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DocumentStream.class);
    private static final Duration WAIT_UNTIL_READY = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** Clients of a broker that is away have nothing to wait for. */
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final StreamSettings settings;
    private final DocumentWork work;
    private final StreamMetrics metrics;
    private final Clock clock;
    private final Shutdown shutdown = new Shutdown();
    private final Thread thread;
    /** Has threads for as many batches as are in flight at once. */
    private final ExecutorService workers;

    private final StreamProgress progress;
    private final StreamWatch watch;

    public DocumentStream(
            KafkaClients clients, StreamSettings settings, DocumentWork work, StreamMetrics metrics, Clock clock) {
        this.clients = clients;
        this.settings = settings;
        this.work = work;
        this.metrics = metrics;
        this.clock = clock;
        this.thread = new Thread(this::run, settings.name() + "-stream");
        this.workers = Executors.newCachedThreadPool(task -> new Thread(task, settings.name() + "-tagging"));
        this.progress = new StreamProgress(clock);
        this.watch = new StreamWatch(
                clients,
                Watched.group(
                        settings.name(), settings.group(), settings.topics()::contains, clients.transactionTimeout()),
                admin -> progress.waiting());
        metrics.watch(watch);
    }

    public void start() {
        thread.start();
        watch.start();
    }

    public StreamStatus status() {
        StreamStatus now = progress.status();
        boolean reads = now.state() == State.CONNECTING || now.state() == State.RUNNING;
        return watch.problem()
                .filter(problem -> reads)
                .map(problem -> new StreamStatus(State.HELD_UP, now.lastSignOfLife(), Optional.of(problem)))
                .orElse(now);
    }

    /** Whether the loop turns, with or without success; a stream that is not alive comes back only with a new process. */
    public boolean isAlive() {
        return progress.status().state() == State.NOT_STARTED || thread.isAlive() && progress.isFresh();
    }

    /** Begins no more batches, without waiting for those in flight. */
    public void stop() {
        shutdown.begin();
    }

    /** Finishes the batches in flight, then stops. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(settings.shutdownTimeout().toMillis());
            if (thread.isAlive()) {
                LOG.warnf(
                        "the batches in flight took longer than %s; they are given up and will be tagged again",
                        settings.shutdownTimeout());
                thread.interrupt();
                thread.join(CLOSE.toMillis());
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
        watch.close();
    }

    private void run() {
        try {
            progress.enter(State.WAITING_FOR_MODEL);
            if (!awaitReady()) {
                return;
            }
            progress.enter(State.CONNECTING);
            Duration pause = Duration.ofSeconds(1);
            while (!shutdown.hasBegun()) {
                Instant opened = clock.instant();
                try {
                    if (awaitReady()) {
                        readUntilStopped();
                    }
                } catch (InterruptedException | InterruptException e) {
                    return;
                } catch (RuntimeException e) {
                    if (work.obstacle().isPresent()) {
                        LOG.warnf(
                                "the %s stream leaves its documents to other instances: %s",
                                settings.name(), work.obstacle().get());
                        continue;
                    }
                    progress.fail(e);
                    boolean atOnce = Duration.between(opened, clock.instant()).compareTo(LONGEST_PAUSE) < 0;
                    pause = atOnce ? shorter(pause.multipliedBy(2), LONGEST_PAUSE) : Duration.ofSeconds(1);
                    LOG.errorf(e, "the %s stream broke; it starts again in %d s", settings.name(), pause.toSeconds());
                    shutdown.pause(pause);
                }
            }
        } catch (InterruptedException e) {
            LOG.infof("the %s stream was interrupted", settings.name());
        } finally {
            progress.enter(State.STOPPED);
        }
    }

    /** @return false where the shutdown has begun */
    private boolean awaitReady() throws InterruptedException {
        while (!shutdown.hasBegun()) {
            if (work.awaitReady(WAIT_UNTIL_READY)) {
                return true;
            }
            progress.hold(work.obstacle());
        }
        return false;
    }

    private void readUntilStopped() throws InterruptedException {
        Producer<byte[], byte[]> producer = clients.transactionalProducer(settings.transactionalId());
        try {
            Consumer<byte[], byte[]> consumer =
                    clients.member(settings.group(), settings.batchDocuments(), settings.groupProtocol());
            try {
                // Also ends a transaction that an earlier producer of this id left open.
                producer.initTransactions();
                progress.enter(State.CONNECTING);
                watch.endAllOf(settings.transactionalId());
                new StreamSession(consumer, producer, settings, work, workers, progress, metrics, shutdown).run();
            } finally {
                progress.leave();
                consumer.close(CloseOptions.timeout(CLOSE));
            }
        } finally {
            // Without a limit it would wait for its broker for as long as a transaction is open.
            producer.close(CLOSE);
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
