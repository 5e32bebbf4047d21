package dev.slicer.inference.stream;

import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.reading.Waiting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * The stream for as long as its clients last. While one batch is tagged the next is read and broken into sub-tokens, so
 * that the engine never waits for Kafka; batches are committed one after the other, in the order in which they were read.
 *
 * <p>The thread that runs it owns both clients and goes on polling, with partitions paused while there is enough to do, so
 * that a slow batch doesn't look like a dead consumer. What was read of a partition that the group takes away is given up,
 * since whoever has the partition next begins behind what is committed; all else of the same batches is committed. Where
 * Kafka refuses a commit, the group has changed and this consumer does not know yet how: the batch is kept until it does.
 */
final class StreamSession {
    private static final Logger LOG = Logger.getLogger(StreamSession.class);
    private static final Duration POLL_IDLE = Duration.ofMillis(200);
    /** Also how long a batch that is done may lie before it is committed. */
    private static final Duration POLL_WHILE_TAGGING = Duration.ofMillis(10);
    /** Between two polls that bring nothing but keep the membership. */
    private static final Duration POLL_EVERY = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final StreamSettings settings;
    private final DocumentWork work;
    private final ExecutorService workers;
    private final StreamProgress progress;
    private final StreamMetrics metrics;
    private final Shutdown shutdown;
    private final Backlog backlog;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private final Set<TopicPartition> takenAway = new HashSet<>();
    /** As what Kafka refused to take a commit of this consumer. */
    private Optional<ConsumerGroupMetadata> refused = Optional.empty();

    private Optional<Waiting> waiting = Optional.empty();

    /** @param answered cancelled where the batch is given up, which interrupts the work on it */
    private record InFlight(Batch batch, Future<AnsweredBatch> answered) {
        InFlight without(Set<TopicPartition> lost) {
            return new InFlight(batch.without(lost), answered);
        }
    }

    /**
     * @param producer whose transactions are initialised
     * @param workers have threads for all batches in flight
     */
    StreamSession(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            StreamSettings settings,
            DocumentWork work,
            ExecutorService workers,
            StreamProgress progress,
            StreamMetrics metrics,
            Shutdown shutdown) {
        this.consumer = consumer;
        this.producer = producer;
        this.settings = settings;
        this.work = work;
        this.workers = workers;
        this.progress = progress;
        this.metrics = metrics;
        this.shutdown = shutdown;
        this.backlog = new Backlog(settings.batchDocuments(), settings.batchBytes());
    }

    /** Reads and answers until the shutdown begins, and then finishes the batches in flight. */
    void run() throws InterruptedException {
        try {
            consumer.subscribe(List.of(settings.topic()), new TakenAway());
            while (!shutdown.hasBegun()) {
                turn();
            }
            backlog.clear();
            while (!inFlight.isEmpty()) {
                turn();
            }
        } finally {
            inFlight.forEach(flying -> {
                flying.answered().cancel(true);
                metrics.dropped(flying.batch().size());
            });
        }
    }

    private void turn() throws InterruptedException {
        boolean wanted = mayBegin() && backlog.isEmpty() && !shutdown.hasBegun();
        boolean more = poll(wanted);
        while (wanted && more && !backlog.isFull()) {
            // One poll brings few records, so that large ones don't fill the memory.
            more = poll(Duration.ZERO);
        }
        if (wanted) {
            // Else nothing was asked for, so that it means nothing if there was none.
            look();
        }
        progress.turn(waiting);
        while (mayBegin() && !backlog.isEmpty()) {
            Batch batch = backlog.next();
            inFlight.add(new InFlight(batch, workers.submit(() -> work.answer(batch.records()))));
        }
        if (!wanted && mayCommit()) {
            awaitFirst();
        }
        while (!inFlight.isEmpty() && inFlight.element().answered().isDone() && mayCommit()) {
            commitFirst();
        }
    }

    private boolean mayBegin() {
        return inFlight.size() < settings.batchesInFlight();
    }

    /** @return whether there may be more to read */
    private boolean poll(boolean wanted) {
        if (wanted) {
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
        }
        if (!mayCommit()) {
            return poll(POLL_EVERY);
        }
        if (!wanted) {
            return poll(Duration.ZERO);
        }
        return poll(inFlight.isEmpty() ? POLL_IDLE : POLL_WHILE_TAGGING);
    }

    private boolean poll(Duration limit) {
        // Partitions that are assigned during a poll aren't paused yet and may bring records even so.
        ConsumerRecords<byte[], byte[]> records = consumer.poll(limit);
        if (!takenAway.isEmpty()) {
            giveUp(Set.copyOf(takenAway));
            takenAway.clear();
        }
        // Also of partitions that were taken away and are back: these begin behind what is committed.
        backlog.add(records);
        return !records.isEmpty();
    }

    private void look() {
        if (consumer.groupMetadata().generationId() < 0) {
            return;
        }
        Set<TopicPartition> idle = new HashSet<>(consumer.assignment());
        idle.removeAll(backlog.partitions());
        waiting = Optional.of(Waiting.of(consumer, idle));
    }

    private void giveUp(Set<TopicPartition> lost) {
        refused = Optional.empty();
        backlog.giveUp(lost);
        int documents = 0;
        for (InFlight flying : takeAll()) {
            InFlight left = flying.without(lost);
            int dropped = flying.batch().size() - left.batch().size();
            if (dropped > 0) {
                metrics.dropped(dropped);
                documents += dropped;
            }
            if (left.batch().isLost()) {
                flying.answered().cancel(true);
            } else {
                inFlight.add(left);
            }
        }
        LOG.infof("the group took %s away; %d documents in flight are left to others", lost, documents);
    }

    private List<InFlight> takeAll() {
        List<InFlight> all = List.copyOf(inFlight);
        inFlight.clear();
        return all;
    }

    /** Not before the group has told this consumer what has changed since Kafka refused a commit. */
    private boolean mayCommit() {
        return refused.filter(consumer.groupMetadata()::equals).isEmpty();
    }

    private void awaitFirst() throws InterruptedException {
        if (inFlight.isEmpty()) {
            return;
        }
        try {
            inFlight.element().answered().get(POLL_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Either is seen where the batch is to be committed.
        }
    }

    private void commitFirst() throws InterruptedException {
        InFlight first = inFlight.element();
        AnsweredBatch answered = first.batch().kept(answerOf(first));
        ConsumerGroupMetadata member = consumer.groupMetadata();
        long start = System.nanoTime();
        try {
            producer.beginTransaction();
            // A failed send fails the commit, so the futures need not be looked at.
            answered.outcomes().stream()
                    .map(Outcome::answer)
                    .flatMap(Optional::stream)
                    .forEach(producer::send);
            // If the group has given our partitions to others without our knowledge, Kafka refuses this generation.
            producer.sendOffsetsToTransaction(first.batch().offsets(), member);
            producer.commitTransaction();
        } catch (CommitFailedException e) {
            LOG.infof(
                    "the group has changed: the commit of %d documents waits for its news",
                    answered.outcomes().size());
            metrics.abortedTransaction();
            producer.abortTransaction();
            refused = Optional.of(member);
            return;
        } catch (RuntimeException e) {
            metrics.abortedTransaction();
            throw e;
        }
        refused = Optional.empty();
        inFlight.remove();
        metrics.answered(answered);
        work.committed(answered, Duration.ofNanos(System.nanoTime() - start));
    }

    private static AnsweredBatch answerOf(InFlight done) throws InterruptedException {
        try {
            return done.answered().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("tagging failed: " + e.getCause().getMessage(), e.getCause());
        }
    }

    /** Notes partitions that others may read from now on, though they may be ours again a moment later. */
    private final class TakenAway implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            takenAway.addAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Where reading begins is Kafka's to say: behind what was committed.
        }
    }
}
