package dev.slicer.trainer;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.TopicReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Takes training requests from their topic, one at a time. While a job runs, on a thread of its own, the partitions are
 * paused and polling goes on, so that the consumer stays in its group however long the job takes. A request's offset is
 * committed when its job is over: what a trainer that dies leaves behind is delivered again.
 */
final class RequestLoop implements TopicReader, Runnable, ConsumerRebalanceListener {
    /** Does one job from beginning to end, on the worker thread. */
    @FunctionalInterface
    interface Work {
        /**
         * @param record that the request came in
         * @return whether the request is dealt with; false to have it delivered again
         */
        boolean run(TrainingRequest request, ConsumerRecord<byte[], byte[]> record, StopSignal signal);
    }

    /** Takes the records that are no requests. */
    @FunctionalInterface
    interface Refuse {
        void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason);
    }

    private record Active(
            String jobId, TopicPartition partition, long offset, StopSignal signal, Future<Boolean> result) {}

    private static final Logger LOG = Logger.getLogger(RequestLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final String topic;
    private final Work work;
    private final Refuse refuse;
    private final Clock clock;
    private final Duration grace;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "training-job"));

    private volatile Optional<Active> active = Optional.empty();
    private volatile boolean closing;
    private volatile Instant lastPoll;
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private Optional<Instant> retryAt = Optional.empty();

    /** @param grace how long a job has to stop when its partition moves or the trainer shuts down */
    RequestLoop(
            Consumer<byte[], byte[]> consumer, String topic, Work work, Refuse refuse, Clock clock, Duration grace) {
        this.consumer = consumer;
        this.topic = topic;
        this.work = work;
        this.refuse = refuse;
        this.clock = clock;
        this.grace = grace;
        this.lastPoll = clock.instant();
    }

    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(List.of(topic), this);
            while (!closing) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record);
                }
                lastPoll = clock.instant();
                finish();
            }
            stop("the trainer shuts down");
            finish();
        } catch (WakeupException e) {
            // Thrown by whatever waited when close() came; a job that still runs is delivered again.
            stop("the trainer shuts down");
        } catch (RuntimeException e) {
            LOG.error("The trainer takes no more requests", e);
            failure = Optional.of(e);
            active.ifPresent(job -> job.signal().giveBack());
        } finally {
            worker.shutdown();
        }
    }

    /** Ends {@link #run}; a job that runs is given back. */
    void close() {
        closing = true;
        active.ifPresent(job -> job.signal().giveBack());
    }

    /** Empty where this trainer does not run the job; else whether it is going to end cancelled. */
    Optional<Boolean> cancel(String jobId) {
        return active.filter(job -> job.jobId().equals(jobId) && !job.result().isDone())
                .map(job -> job.signal().cancel());
    }

    Optional<String> activeJob() {
        return active.map(Active::jobId);
    }

    @Override
    public Instant lastPoll() {
        return lastPoll;
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        TrainingRequest request;
        try {
            request = KafkaEvents.read(record, TrainingRequest.class);
        } catch (InvalidEventException e) {
            LOG.warnf("Refused the training request at %s offset %d: %s", partition, record.offset(), e.getMessage());
            refuse.refuse(record, e);
            commit(partition, record.offset());
            return;
        }
        consumer.pause(consumer.assignment());
        StopSignal signal = new StopSignal();
        Future<Boolean> result = worker.submit(() -> work.run(request, record, signal));
        active = Optional.of(new Active(request.jobId(), partition, record.offset(), signal, result));
    }

    private void finish() {
        if (retryAt.isPresent() && !clock.instant().isBefore(retryAt.get())) {
            retryAt = Optional.empty();
            consumer.resume(consumer.assignment());
        }
        if (active.isEmpty() || !active.get().result().isDone()) {
            return;
        }
        Active done = active.get();
        active = Optional.empty();
        boolean mine = consumer.assignment().contains(done.partition());
        try {
            boolean dealtWith = done.result().get();
            if (mine && dealtWith) {
                commit(done.partition(), done.offset());
            } else if (mine) {
                consumer.seek(done.partition(), done.offset());
            }
            consumer.resume(consumer.assignment());
        } catch (ExecutionException e) {
            LOG.errorf(e.getCause(), "Job %s could not be followed to its end, trying it again", done.jobId());
            if (mine) {
                consumer.seek(done.partition(), done.offset());
            }
            retryAt = Optional.of(clock.instant().plus(RETRY_DELAY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing = true;
        }
    }

    private void commit(TopicPartition partition, long offset) {
        try {
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset + 1)));
        } catch (CommitFailedException | RebalanceInProgressException e) {
            // The request comes again, here or elsewhere, and is known there to be done.
            LOG.warnf("Offset %d of %s was not committed: %s", offset, partition, e.getMessage());
        }
    }

    private void stop(String reason) {
        active.ifPresent(job -> {
            LOG.infof("Giving job %s back: %s", job.jobId(), reason);
            job.signal().giveBack();
            try {
                job.result().get(grace.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                LOG.warnf("Job %s did not stop within %s", job.jobId(), grace);
            } catch (ExecutionException e) {
                LOG.warnf(e.getCause(), "Job %s broke off", job.jobId());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        if (active.isPresent() || retryAt.isPresent()) {
            consumer.pause(partitions);
        }
    }

    /** Another trainer is about to get the request: two must not work on it. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (active.filter(job -> partitions.contains(job.partition())).isPresent()) {
            stop("its partition moves to another trainer");
            finish();
        }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        if (active.filter(job -> partitions.contains(job.partition())).isPresent()) {
            stop("its partition was lost");
        }
    }
}
