package dev.slicer.trainer.sharing;

import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jboss.logging.Logger;

/**
 * The requests that the share group gives this trainer: one at a time, whose lock the thread of {@link #run} renews, which does
 * nothing else, however long the job takes.
 */
public final class SharedRequests implements RequestQueue, TopicReader, Runnable {
    private static final Logger LOG = Logger.getLogger(SharedRequests.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ACKNOWLEDGEMENT = Duration.ofSeconds(10);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(2);

    private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
    private final ShareGroup group;
    private final String topic;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final BlockingQueue<LockedRequest> acquired = new LinkedBlockingQueue<>();
    private final Shutdown shutdown = new Shutdown();
    private volatile Instant lastPoll;
    private volatile Optional<String> problem = Optional.empty();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /**
     * @param consumers makes a consumer of the group
     * @param nanoTime a monotonic clock
     */
    public SharedRequests(
            Supplier<ShareConsumer<byte[], byte[]>> consumers,
            ShareGroup group,
            String topic,
            Clock clock,
            LongSupplier nanoTime) {
        this.consumers = consumers;
        this.group = group;
        this.topic = topic;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lastPoll = clock.instant();
    }

    @Override
    public Optional<HeldRequest> next(Duration limit) {
        try {
            return Optional.ofNullable(acquired.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    @Override
    public void run() {
        try {
            while (!shutdown.hasBegun()) {
                takePart();
            }
        } catch (RuntimeException e) {
            LOG.error("The trainer gets no more jobs", e);
            failure = Optional.of(e);
        }
    }

    private void takePart() {
        try {
            group.prepare();
            try (ShareConsumer<byte[], byte[]> consumer = consumers.get()) {
                take(consumer);
            }
        } catch (UnsupportedVersionException e) {
            giveUpForNow(ShareGroup.REMEDY);
        } catch (KafkaException | IllegalStateException e) {
            giveUpForNow(e.getMessage());
        }
    }

    /** One request after the other, until the shutdown begins. */
    void take(ShareConsumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(topic));
        problem = Optional.empty();
        while (!shutdown.hasBegun()) {
            for (ConsumerRecord<byte[], byte[]> record : poll(consumer, POLL)) {
                hold(consumer, record);
            }
        }
    }

    private void giveUpForNow(String reason) {
        String message = "no jobs come from share group " + group.name() + ": " + reason;
        if (problem.filter(message::equals).isEmpty()) {
            LOG.error(message);
        }
        problem = Optional.of(message);
        shutdown.pause(RETRY_DELAY);
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll(ShareConsumer<byte[], byte[]> consumer, Duration limit) {
        Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(limit);
        lastPoll = clock.instant();
        return records;
    }

    private void hold(ShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> record) {
        LockedRequest request = new LockedRequest(
                record, group.deliveryLimit(), LockTerm.sentAt(group.lockDuration(), nanoTime.getAsLong()), nanoTime);
        try {
            // How old the lock is cannot be told from a record that was fetched before it was polled.
            boolean kept = renew(consumer, request);
            if (kept) {
                acquired.add(request);
            }
            while (kept && !shutdown.hasBegun()) {
                kept = switch (request.next(LockTerm.betweenRenewals(lockDuration(consumer)))) {
                    case RENEW -> renew(consumer, request);
                    case ACCEPT -> end(consumer, request, AcknowledgeType.ACCEPT);
                    case RELEASE -> end(consumer, request, AcknowledgeType.RELEASE);
                };
            }
            if (kept) {
                end(consumer, request, AcknowledgeType.RELEASE);
            }
        } finally {
            // A consumer that fails is closed, and what it had is given to another one.
            acquired.remove(request);
            request.end();
        }
    }

    private boolean renew(ShareConsumer<byte[], byte[]> consumer, LockedRequest request) {
        long sentAt = nanoTime.getAsLong();
        if (!request.holds() || !acknowledge(consumer, request, AcknowledgeType.RENEW, request.left())) {
            LOG.warnf(
                    "The lock of the request at offset %d is lost; its job stops here",
                    request.record().offset());
            return false;
        }
        // The consumer hands out again what was renewed, and asks for nothing new as long as it has that.
        poll(consumer, Duration.ZERO);
        request.renewed(LockTerm.sentAt(lockDuration(consumer), sentAt));
        return true;
    }

    private static boolean end(
            ShareConsumer<byte[], byte[]> consumer, LockedRequest request, AcknowledgeType acknowledgement) {
        if (!acknowledge(consumer, request, acknowledgement, ACKNOWLEDGEMENT)) {
            LOG.infof(
                    "The broker did not take %s of the request at offset %d, so the request comes again",
                    acknowledgement, request.record().offset());
        }
        return false;
    }

    private static boolean acknowledge(
            ShareConsumer<byte[], byte[]> consumer, LockedRequest request, AcknowledgeType type, Duration limit) {
        try {
            consumer.acknowledge(request.record(), type);
            Map<TopicIdPartition, Optional<KafkaException>> answers = consumer.commitSync(limit);
            answers.values().stream()
                    .flatMap(Optional::stream)
                    .forEach(refusal -> LOG.infof(
                            "%s of the request at offset %d was refused: %s",
                            type, request.record().offset(), refusal.getMessage()));
            return answers.values().stream().allMatch(Optional::isEmpty);
        } catch (KafkaException e) {
            LOG.infof(
                    "%s of the request at offset %d failed: %s",
                    type, request.record().offset(), e.getMessage());
            return false;
        }
    }

    /** As the broker has it. */
    private Duration lockDuration(ShareConsumer<byte[], byte[]> consumer) {
        return consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis).orElseGet(group::lockDuration);
    }

    /** Ends {@link #run}; a request that is held is for others. */
    public void close() {
        shutdown.begin();
    }

    /** Why no requests come, where something is to be done about it. */
    public Optional<String> problem() {
        return problem;
    }

    @Override
    public Instant lastPoll() {
        return lastPoll;
    }

    @Override
    public Waiting waiting() {
        return Waiting.nowhere();
    }

    @Override
    public Optional<RuntimeException> failure() {
        return failure;
    }
}
