package dev.slicer.trainer.intake;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.jobs.JobState;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.board.StatusReport;
import dev.slicer.trainer.topics.TrainingTopics;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Takes training requests in, each by one trainer of the group: what is one is reported to be queued, what is none is for
 * the channel's dead letters. No job runs here.
 */
public final class RequestIntake {
    private static final Logger LOG = Logger.getLogger(RequestIntake.class);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    private final JobBoard board;
    private final TrainingTopics topics;
    private final Runnable onRefused;
    private final PassedOver passedOver;
    private final Shutdown shutdown = new Shutdown();

    /** @param onRefused called once for each record that is no request */
    public RequestIntake(JobBoard board, TrainingTopics topics, Runnable onRefused, PassedOver passedOver) {
        this.board = board;
        this.topics = topics;
        this.onRefused = onRefused;
        this.passedOver = passedOver;
    }

    /**
     * Returns when nothing is left to do about a record, however long the brokers are away; may be called again with it after
     * a crash or a rebalance.
     *
     * @throws InvalidEventException where the record is to be a dead letter
     * @throws KafkaException where the trainer stops before the brokers have answered
     */
    public void take(ConsumerRecord<byte[], byte[]> record) {
        Optional<InvalidEventException> refusal = answered(record);
        if (refusal.isPresent()) {
            LOG.warnf(
                    "Refused the training request at %s-%d offset %d: %s",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    refusal.get().getMessage());
            onRefused.run();
            throw refusal.get();
        }
    }

    private Optional<InvalidEventException> answered(ConsumerRecord<byte[], byte[]> record) {
        while (true) {
            try {
                return passedOver.read(record, this::answer).flatMap(refusal -> refusal);
            } catch (KafkaException e) {
                if (shutdown.hasBegun()) {
                    throw e;
                }
                LOG.warnf("A training request is answered later: %s", e.getMessage());
                shutdown.pause(RETRY_DELAY);
            }
        }
    }

    private Optional<InvalidEventException> answer(ConsumerRecord<byte[], byte[]> record) {
        try {
            TrainingRequest request = KafkaEvents.read(record, TrainingRequest.class);
            topics.requireSmall(record.value());
            if (board.find(request.jobId()).flatMap(JobBoard.Job::told).isEmpty()) {
                topics.report(StatusReport.of(JobState.queued(request.jobId())), record);
            }
            return Optional.empty();
        } catch (InvalidEventException e) {
            return Optional.of(e);
        }
    }

    /** Ends the waiting for brokers. */
    public void close() {
        shutdown.begin();
    }
}
