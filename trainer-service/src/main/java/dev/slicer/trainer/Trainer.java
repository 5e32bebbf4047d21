package dev.slicer.trainer;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.TopicReaders;
import dev.slicer.service.TopicSetup;
import dev.slicer.service.TopicTail;
import dev.slicer.service.TopicWorker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Ties the trainer's parts together: the board of all jobs, and the loop that runs this trainer's. */
@Singleton
public class Trainer {
    enum Submission {
        ACCEPTED,
        /** The same request came before. */
        KNOWN,
        /** Another request has the job id. */
        TAKEN
    }

    private static final Logger LOG = Logger.getLogger(Trainer.class);
    private static final Duration REST_LIMIT = Duration.ofSeconds(10);
    private static final Duration JOB_LIMIT = Duration.ofMinutes(1);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Topics names;
    private final TrainerSettings settings;
    private final Clock clock;
    private final JobRunner runner;
    private final JobBoard board;
    private final JobMetrics metrics;
    private final Producer<byte[], byte[]> producer;
    private final TrainingTopics topics;
    private final TopicTail tail;
    private final RequestLoop loop;
    private final TopicWorker follower;
    private final TopicWorker worker;

    Trainer(
            KafkaClients kafka,
            Topics names,
            TopicSetup setup,
            KafkaEvents events,
            TrainerSettings settings,
            Clock clock,
            BaseModels models,
            FineTuner tuner,
            Publication publication,
            MeterRegistry registry) {
        settings.validate();
        this.names = names;
        this.settings = settings;
        this.clock = clock;
        this.runner = new JobRunner(models, tuner, publication, settings.workFolder());
        this.board = new JobBoard();
        this.metrics = new JobMetrics(registry, board);
        this.producer = kafka.producer();
        this.topics = new TrainingTopics(producer, names, events);
        this.tail =
                new TopicTail(kafka.reader(), Set.of(names.trainingRequests(), names.trainingProgress()), this::follow);
        this.loop = new RequestLoop(
                // One request at a time: the others stay on the topic for trainers that are free.
                kafka.member(settings.groupFor(names), 1),
                names.trainingRequests(),
                this::work,
                this::refuse,
                clock,
                settings.stopGrace());
        this.follower = new TopicWorker("training-board", setup, tail);
        this.worker = new TopicWorker("training-requests", setup, loop);
    }

    void start(@Observes StartupEvent start) {
        follower.start();
        worker.start();
    }

    void stop(@Observes ShutdownEvent stop) throws InterruptedException {
        follower.stopWaiting();
        worker.stopWaiting();
        loop.close();
        worker.join(settings.stopGrace().plus(CLOSE_LIMIT));
        tail.close();
        follower.join(CLOSE_LIMIT);
        producer.close(CLOSE_LIMIT);
    }

    JobBoard board() {
        return board;
    }

    /** @throws KafkaException where the topics cannot be read or written */
    Submission submit(TrainingRequest request) {
        tail.awaitCaughtUp(REST_LIMIT);
        Optional<TrainingRequest> known = board.find(request.jobId()).flatMap(JobBoard.Job::request);
        if (known.isPresent()) {
            return known.get().equals(request) ? Submission.KNOWN : Submission.TAKEN;
        }
        topics.request(request);
        board.requested(request, clock.instant());
        return Submission.ACCEPTED;
    }

    /**
     * @return false where the job is publishing its checkpoint, so past cancelling
     * @throws KafkaException where the topic cannot be written
     */
    boolean cancel(String jobId) {
        Optional<Boolean> here = loop.cancel(jobId);
        if (here.isEmpty()) {
            // Whoever runs the job, or comes to it later, reads this.
            TrainingStatus cancelled =
                    TrainingStatuses.of(JobState.queued(jobId).cancel());
            topics.report(cancelled);
            board.reported(cancelled, clock.instant());
        }
        return here.orElse(true);
    }

    TopicReaders readers() {
        return new TopicReaders(List.of(tail, loop));
    }

    /** Whether all jobs that the topics told of when the trainer started are on the board. */
    boolean boardReady() {
        return tail.hasCaughtUp();
    }

    Optional<String> activeJob() {
        return loop.activeJob();
    }

    private boolean work(TrainingRequest request, ConsumerRecord<byte[], byte[]> record, StopSignal signal) {
        tail.awaitCaughtUp(JOB_LIMIT);
        Optional<TrainingStatus> over = board.find(request.jobId())
                .map(JobBoard.Job::status)
                .filter(status -> status.state().isLast());
        if (over.isPresent()) {
            LOG.infof("Job %s is over already: %s", request.jobId(), over.get().message());
            return true;
        }
        JobReporter reporter = new JobReporter(topics.progressOf(record), clock, settings.progressInterval());
        JobState end = runner.run(
                request,
                signal,
                state -> {
                    metrics.observe(state);
                    reporter.accept(state);
                },
                checkpoint -> topics.announce(checkpoint, record));
        return end instanceof JobState.Ended;
    }

    private void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        topics.refuse(record, reason);
        metrics.refused();
    }

    private void follow(ConsumerRecord<byte[], byte[]> record) {
        Instant at = Instant.ofEpochMilli(record.timestamp());
        try {
            if (record.topic().equals(names.trainingRequests())) {
                board.requested(KafkaEvents.read(record, TrainingRequest.class), at);
            } else {
                TrainingStatus status = KafkaEvents.read(record, TrainingStatus.class);
                board.reported(status, at);
                if (status.state().isLast()) {
                    loop.cancel(status.jobId());
                }
            }
        } catch (InvalidEventException e) {
            // The loop answers what is no request; a status that cannot be read tells nothing.
            LOG.debugf("Skipped %s offset %d: %s", record.topic(), record.offset(), e.getMessage());
        }
    }
}
