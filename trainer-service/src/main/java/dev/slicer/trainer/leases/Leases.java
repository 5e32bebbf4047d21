package dev.slicer.trainer.leases;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingLease;
import dev.slicer.events.TrainingLease.Kind;
import dev.slicer.kafka.clients.AwaitedSend;
import dev.slicer.kafka.records.KafkaEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.record.TimestampType;
import org.jboss.logging.Logger;

/**
 * The jobs that trainers share, of which each is one trainer's at a time: claims, renewals and releases are written to a
 * topic of one partition, and what follows from their order holds for all trainers. Safe for use by several threads.
 */
public final class Leases {
    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** Whoever reads the topic and hands each record to {@link #read}. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Returns when all records before these offsets have been read.
         *
         * @throws KafkaException where that takes longer than the limit
         */
        void awaitRead(Map<TopicPartition, Long> ends, Duration limit);
    }

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final KafkaEvents events;
    private final Reader reader;
    private final String trainerId;
    private final Duration ttl;
    private final LongSupplier nanoTime;
    private final HeldLease.Log own = new OwnRecords();

    private final LeaseLog log = new LeaseLog();
    /** When this trainer read the last record that concerned a job's holder. */
    private final Map<String, Long> heardAt = new HashMap<>();

    private Optional<HeldLease> held = Optional.empty();

    /**
     * @param producer that gives up after {@code ttl}, as a renewal is of no use later
     * @param trainerId that no other process has
     * @param ttl whole seconds, at most {@link TrainingLease#MAX_TTL_SECONDS}
     * @param nanoTime a monotonic clock
     */
    public Leases(
            Producer<byte[], byte[]> producer,
            String topic,
            KafkaEvents events,
            Reader reader,
            String trainerId,
            Duration ttl,
            LongSupplier nanoTime) {
        this.producer = producer;
        this.topic = topic;
        this.events = events;
        this.reader = reader;
        this.trainerId = trainerId;
        this.ttl = ttl;
        this.nanoTime = nanoTime;
    }

    /**
     * @throws InvalidEventException where the record is no lease
     * @throws InvalidConfigurationException where the topic's times are not the broker's, so that nothing can be concluded
     */
    public synchronized void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.timestampType() != TimestampType.LOG_APPEND_TIME) {
            throw new InvalidConfigurationException(
                    "topic " + record.topic() + " needs message.timestamp.type=LogAppendTime, "
                            + "since leases are judged by the broker's clock");
        }
        TrainingLease lease = KafkaEvents.read(record, TrainingLease.class);
        log.read(record.offset(), Instant.ofEpochMilli(record.timestamp()), lease);
        if (log.of(lease.jobId()) instanceof Lease.Taken taken) {
            if (taken.isOf(lease.trainerId())) {
                heardAt.put(lease.jobId(), nanoTime.getAsLong());
            }
            held.filter(mine -> mine.jobId().equals(lease.jobId()) && !taken.isOf(trainerId))
                    .ifPresent(HeldLease::lose);
        } else {
            heardAt.remove(lease.jobId());
        }
    }

    /** Whether a claim has a chance: nobody holds the job, or the holder has been silent for its time to live. */
    public synchronized boolean mayBeFree(String jobId) {
        if (!(log.of(jobId) instanceof Lease.Taken taken) || taken.isOf(trainerId)) {
            return true;
        }
        return nanoTime.getAsLong() - heardAt.get(jobId) >= taken.ttl().toNanos();
    }

    /**
     * Asks for a job and waits for the log's verdict. One job at a time: the lease before must have been closed.
     *
     * @return empty where another trainer has the job
     * @throws KafkaException where the log cannot be written or read; the claim may come to be granted all the same, and
     *     then ends by itself
     */
    public Optional<HeldLease> claim(String jobId) {
        long sentAt = nanoTime.getAsLong();
        RecordMetadata written = write(jobId, Kind.CLAIM);
        reader.awaitRead(Map.of(new TopicPartition(written.topic(), written.partition()), written.offset() + 1), ttl);
        synchronized (this) {
            if (!(log.of(jobId) instanceof Lease.Taken taken) || !taken.isOf(trainerId)) {
                // Where the log's time lags behind this trainer's, it is asked again when that may have changed.
                heardAt.put(jobId, nanoTime.getAsLong());
                return Optional.empty();
            }
            Optional<String> predecessor =
                    taken instanceof Lease.Held granted ? granted.predecessor() : Optional.empty();
            HeldLease lease =
                    new HeldLease(jobId, predecessor, taken.attempts(), LeaseTerm.sentAt(ttl, sentAt), own, nanoTime);
            held = Optional.of(lease);
            return held;
        }
    }

    private ProducerRecord<byte[], byte[]> record(String jobId, Kind kind, OptionalInt step) {
        return events.write(topic, new TrainingLease(jobId, trainerId, kind, Math.toIntExact(ttl.toSeconds()), step));
    }

    private RecordMetadata write(String jobId, Kind kind) {
        return AwaitedSend.send(producer, record(jobId, kind, OptionalInt.empty()));
    }

    private final class OwnRecords implements HeldLease.Log {
        @Override
        public void renew(String jobId, int step, Runnable written) {
            producer.send(record(jobId, Kind.RENEW, OptionalInt.of(step)), (metadata, failure) -> {
                if (failure == null) {
                    written.run();
                } else {
                    LOG.warnf("The lease of job %s was not renewed: %s", jobId, failure.getMessage());
                }
            });
        }

        @Override
        public void release(String jobId) {
            synchronized (Leases.this) {
                held = Optional.empty();
            }
            try {
                write(jobId, Kind.RELEASE);
            } catch (KafkaException e) {
                LOG.warnf("Job %s stays this trainer's for up to %s: %s", jobId, ttl, e.getMessage());
            }
        }
    }
}
