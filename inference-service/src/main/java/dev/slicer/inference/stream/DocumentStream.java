package dev.slicer.inference.stream;

import dev.slicer.inference.metrics.InferenceMetrics;
import dev.slicer.inference.stream.Backlog.Batch;
import dev.slicer.inference.stream.DocumentTagger.Result;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.transactions.StreamWatch;
import dev.slicer.service.transactions.StreamWatch.Watched;
import dev.slicer.service.transactions.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Documents in, entities out, exactly once: a batch's results and its offsets are one Kafka transaction.
 *
 * <p>Whatever goes wrong ends in the same way: nothing of the batches at hand is committed, and with new clients reading
 * starts again behind the last batch that was.
 */
public final class DocumentStream implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DocumentStream.class);
    private static final Duration WAIT_UNTIL_READY = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** Clients of a broker that is away have nothing to wait for. */
    private static final Duration CLOSE = Duration.ofSeconds(5);
    /** Kafka's calls block for 20 s at the longest; opening takes a few of them. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(3);

    public enum State {
        NOT_STARTED,
        WAITING_FOR_MODEL,
        /** Until Kafka has told which partitions are its own and where to read on. */
        CONNECTING,
        /** Documents that are there are being answered. */
        RUNNING,
        /** There are documents that are not being answered, or answers that nobody gets to see. */
        HELD_UP,
        RETRYING,
        STOPPED
    }

    /** @param problem why it is {@link State#RETRYING} or {@link State#HELD_UP} */
    public record Status(State state, Instant lastSignOfLife, Optional<String> problem) {}

    private final KafkaClients clients;
    private final StreamSettings settings;
    private final DocumentWork work;
    private final InferenceMetrics metrics;
    private final Clock clock;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    /** Has threads for as many batches as are at hand at once. */
    private final ExecutorService workers;

    private final StreamWatch watch;
    private volatile Waiting waiting = Waiting.nowhere();
    private volatile Status status;

    public DocumentStream(
            KafkaClients clients, StreamSettings settings, DocumentWork work, InferenceMetrics metrics, Clock clock) {
        this.clients = clients;
        this.settings = settings;
        this.work = work;
        this.metrics = metrics;
        this.clock = clock;
        this.thread = new Thread(this::run, settings.name() + "-stream");
        this.workers = Executors.newCachedThreadPool(task -> new Thread(task, settings.name() + "-tagging"));
        this.watch = new StreamWatch(
                clients,
                Watched.group(
                        settings.name(), settings.group(), settings.topics()::contains, clients.transactionTimeout()),
                admin -> waiting);
        this.status = new Status(State.NOT_STARTED, clock.instant(), Optional.empty());
    }

    public void start() {
        thread.start();
        watch.start();
    }

    public Status status() {
        Status now = status;
        boolean reads = now.state() == State.CONNECTING || now.state() == State.RUNNING;
        return watch.problem()
                .filter(problem -> reads)
                .map(problem -> new Status(State.HELD_UP, now.lastSignOfLife(), Optional.of(problem)))
                .orElse(now);
    }

    /** Whether the loop turns, be it in vain; a stream that is not alive comes back only with a new process. */
    public boolean isAlive() {
        Status now = status;
        return now.state() == State.NOT_STARTED
                || thread.isAlive()
                        && Duration.between(now.lastSignOfLife(), clock.instant())
                                        .compareTo(LONGEST_SILENCE)
                                < 0;
    }

    /** Has it begin no more batches, without waiting for those at hand. */
    public void stop() {
        stop.countDown();
    }

    /** Finishes the batches at hand, then stops. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(settings.shutdownTimeout().toMillis());
            if (thread.isAlive()) {
                LOG.warnf(
                        "the batches at hand took longer than %s; they are given up and will be tagged again",
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
            do {
                signal(State.WAITING_FOR_MODEL);
                if (isStopping()) {
                    return;
                }
            } while (!work.awaitReady(WAIT_UNTIL_READY));
            signal(State.CONNECTING);
            Duration pause = Duration.ofSeconds(1);
            while (!isStopping()) {
                Instant opened = clock.instant();
                try {
                    readUntilStopped();
                } catch (InterruptedException | InterruptException e) {
                    return;
                } catch (RuntimeException e) {
                    status = new Status(State.RETRYING, clock.instant(), Optional.of(String.valueOf(e.getMessage())));
                    boolean atOnce = Duration.between(opened, clock.instant()).compareTo(LONGEST_PAUSE) < 0;
                    pause = atOnce ? shorter(pause.multipliedBy(2), LONGEST_PAUSE) : Duration.ofSeconds(1);
                    LOG.errorf(e, "the %s stream broke; it starts again in %d s", settings.name(), pause.toSeconds());
                    stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            LOG.infof("the %s stream was interrupted", settings.name());
        } finally {
            signal(State.STOPPED);
        }
    }

    private void readUntilStopped() throws InterruptedException {
        Producer<byte[], byte[]> producer = clients.transactionalProducer(settings.transactionalId());
        try {
            Consumer<byte[], byte[]> consumer = clients.member(settings.group(), settings.batchDocuments());
            try {
                new StreamSession(
                                consumer,
                                producer,
                                new Backlog(settings.batchDocuments(), settings.batchBytes()),
                                new Batches(),
                                metrics,
                                this::isStopping,
                                new Observer())
                        .run(settings.topic());
            } finally {
                waiting = Waiting.nowhere();
                consumer.close(CloseOptions.timeout(CLOSE));
            }
        } finally {
            // Without a limit it would wait for its broker for as long as a transaction is open.
            producer.close(CLOSE);
        }
    }

    private final class Observer implements StreamSession.Observer {
        private State state = State.CONNECTING;

        @Override
        public void begins() {
            signal(state);
            watch.endAllOf(settings.transactionalId());
        }

        @Override
        public void turned(Optional<Waiting> now) {
            waiting = now.orElse(Waiting.nowhere());
            if (now.filter(Waiting::knowsAll).isPresent()) {
                state = State.RUNNING;
            }
            signal(state);
        }
    }

    private final class Batches implements StreamSession.Work {
        @Override
        public int atHand() {
            return settings.batchesAtHand();
        }

        @Override
        public Future<Result> begin(Batch batch) {
            return workers.submit(() -> work.run(batch.records()));
        }

        @Override
        public void committed(Result result, Duration commit) {
            work.committed(result, commit);
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
}
