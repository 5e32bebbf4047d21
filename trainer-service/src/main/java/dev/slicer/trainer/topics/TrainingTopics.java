package dev.slicer.trainer.topics;

import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.channels.ChannelSender;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * What the trainer writes. Methods return when the broker has the record, and throw {@link KafkaException} where it
 * does not take it.
 */
public final class TrainingTopics {
    private static final Logger LOG = Logger.getLogger(TrainingTopics.class);
    /** What is written of a request has no part of it more often: a job's id is key, subject and field of its status. */
    private static final int TIMES_IN_RECORD = 4;

    private final ChannelSender requests;
    private final ChannelSender progress;
    private final ChannelSender checkpoints;
    private final ChannelSender deadLetters;
    private final Topics topics;
    private final KafkaEvents events;
    private final RecordSizes sizes;
    /** Whether the broker has not taken the last report yet that may be lost. */
    private final AtomicBoolean reporting = new AtomicBoolean();

    /**
     * @param requests writes to the topic of requests
     * @param progress writes to the topic of progress
     * @param checkpoints writes to the topic of checkpoints
     * @param deadLetters writes to the topic of dead letters
     */
    public TrainingTopics(
            ChannelSender requests,
            ChannelSender progress,
            ChannelSender checkpoints,
            ChannelSender deadLetters,
            Topics topics,
            KafkaEvents events,
            RecordSizes sizes) {
        this.requests = requests;
        this.progress = progress;
        this.checkpoints = checkpoints;
        this.deadLetters = deadLetters;
        this.topics = topics;
        this.events = events;
        this.sizes = sizes;
    }

    /** @throws InvalidEventException where a request is too large for all that is written of its job */
    public void requireSmall(byte[] request) {
        int most = Stream.of(topics.trainingRequests(), topics.trainingProgress(), topics.checkpoints())
                        .mapToInt(sizes::limit)
                        .min()
                        .orElseThrow()
                / TIMES_IN_RECORD;
        if (request.length > most) {
            throw new InvalidEventException(
                    InvalidEventException.Reason.INVALID_VALUE,
                    "the request has " + request.length + " bytes, at most " + most + " are taken");
        }
    }

    /** @return where the request lies, as a reader's position behind it */
    public Map<TopicPartition, Long> request(TrainingRequest request) {
        RecordMetadata written = requests.send(events.write(topics.trainingRequests(), request));
        return Map.of(new TopicPartition(written.topic(), written.partition()), written.offset() + 1);
    }

    /**
     * Puts a request into its topic again, behind all others.
     *
     * @param step the furthest that has been saved of the job
     */
    public void requeue(TrainingRequest request, ConsumerRecord<byte[], byte[]> record, int step) {
        ProducerRecord<byte[], byte[]> again = events.write(topics.trainingRequests(), request, record);
        new Requeued(Requeued.place(record), step).writeTo(again.headers());
        // Beside the one before, so that all read them in the same order.
        requests.send(new ProducerRecord<>(
                again.topic(), record.partition(), null, again.key(), again.value(), again.headers()));
    }

    /** A status without its scores where these do not fit into a record. */
    public void report(TrainingStatus status, ConsumerRecord<byte[], byte[]> request) {
        ProducerRecord<byte[], byte[]> whole = events.write(topics.trainingProgress(), status, request);
        if (sizes.fits(whole)) {
            progress.send(whole);
        } else {
            LOG.warnf(
                    "The %d scores of job %s take more than fits into a record of %s and are left out",
                    status.scores().size(), status.jobId(), topics.trainingProgress());
            progress.send(events.write(topics.trainingProgress(), status.withoutScores(), request));
        }
    }

    /** A status that no request caused: a cancellation. */
    public void report(TrainingStatus status) {
        progress.send(events.write(topics.trainingProgress(), status));
    }

    public void announce(CheckpointPublished checkpoint, ConsumerRecord<byte[], byte[]> request) {
        checkpoints.send(events.write(topics.checkpoints(), checkpoint, request));
    }

    /** Has a dead letter written, once somebody subscribes; none where there is no room even for its place. */
    public Uni<Void> refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        return sizes.deadLetter(topics.deadLetters(), record, DeadLetterReason.of(reason), reason.getMessage())
                .map(letter -> deadLetters.written(letter).replaceWithVoid())
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /**
     * Without waiting for the broker: a status that it does not take is lost, and one that comes while the broker has yet to
     * take the last. So no more than one is before a status that has to be written.
     */
    public void tryToReport(TrainingStatus status, ConsumerRecord<byte[], byte[]> request) {
        ProducerRecord<byte[], byte[]> report = events.write(topics.trainingProgress(), status, request);
        if (reporting.compareAndSet(false, true)) {
            progress.written(report)
                    .onTermination()
                    .invoke(() -> reporting.set(false))
                    .subscribe()
                    .with(
                            written -> {},
                            e -> LOG.warnf("A progress report of job %s was lost: %s", status.jobId(), e.getMessage()));
        }
    }
}
