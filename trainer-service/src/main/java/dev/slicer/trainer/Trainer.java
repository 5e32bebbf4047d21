package dev.slicer.trainer;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.JobState;
import dev.slicer.jobs.StopSignal;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.TopicWorker;
import dev.slicer.kafka.reading.TopicTail;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import dev.slicer.service.health.TopicReaders;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.service.metrics.WatchMetrics;
import dev.slicer.trainer.leases.HeldLease;
import dev.slicer.trainer.leases.Leases;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Ties the trainer's parts together: the board of all jobs, the leases by which trainers share them, the intake of
 * requests, and the loop that runs this trainer's jobs.
 */
class Trainer {
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
    private static final Duration PROGRESS_BLOCK = Duration.ofMillis(100);
    private static final int REQUESTS_AT_ONCE = 100;

    private final Topics names;
    private final TrainerSettings settings;
    private final Clock clock;
    private final JobRunner runner;
    private final String id;
    private final JobBoard board;
    private final JobMetrics metrics;
    private final Producer<byte[], byte[]> producer;
    private final Producer<byte[], byte[]> leaseProducer;
    private final Producer<byte[], byte[]> progressProducer;
    private final TrainingTopics topics;
    private final TopicTail tail;
    private final Leases leases;
    private final RequestIntake intake;
    private final StreamWatch watch;
    private final JobLoop loop;
    private final List<TopicWorker> workers;

    /** @param ready completes when the topics exist */
    Trainer(
            TrainerId trainerId,
            KafkaClients kafka,
            Topics names,
            CompletionStage<Void> ready,
            KafkaEvents events,
            TrainerSettings settings,
            Clock clock,
            JobRunner runner,
            MeterRegistry registry,
            PassedOver passedOver) {
        settings.validate();
        this.names = names;
        this.settings = settings;
        this.clock = clock;
        this.runner = runner;
        this.id = trainerId.text();
        this.board = new JobBoard();
        this.metrics = new JobMetrics(registry, board);
        this.producer = kafka.producer();
        Duration ttl = settings.leaseTtl();
        this.leaseProducer = kafka.promptProducer(ttl, ttl.dividedBy(4));
        // A job must not wait for brokers to tell how far it is.
        this.progressProducer = kafka.promptProducer(ttl, PROGRESS_BLOCK);
        this.topics = new TrainingTopics(producer, progressProducer, names, events, kafka.sizes());
        this.leases =
                new Leases(leaseProducer, names.trainingLeases(), events, this::awaitRead, id, ttl, System::nanoTime);
        Set<String> read = Set.of(names.trainingRequests(), names.trainingProgress(), names.trainingLeases());
        this.tail = new TopicTail(kafka.reader(), read, passedOver.handling(read, this::follow));
        this.intake = new RequestIntake(
                kafka.member(settings.groupFor(names), REQUESTS_AT_ONCE),
                names.trainingRequests(),
                new Intake(),
                passedOver,
                clock);
        this.watch = new StreamWatch(
                kafka,
                Watched.group("training", settings.groupFor(names), read::contains, kafka.transactionTimeout()),
                admin -> readers().waiting());
        WatchMetrics.register(watch, registry);
        this.loop = new JobLoop(board, leases, this::work);
        this.workers = List.of(
                new TopicWorker("training-board", ready, tail),
                new TopicWorker("training-requests", ready, intake),
                new TopicWorker("training-jobs", ready, loop));
    }

    void start() {
        LOG.infof("This trainer is %s", id);
        runner.discardAbandoned();
        workers.forEach(TopicWorker::start);
        watch.start();
    }

    void stop() throws InterruptedException {
        workers.forEach(TopicWorker::stopWaiting);
        watch.close();
        loop.close();
        intake.close();
        // Board and leases go on for as long as a job may take to stop.
        workers.get(2).join(settings.stopGrace().plus(CLOSE_LIMIT));
        tail.close();
        for (TopicWorker worker : workers) {
            worker.join(CLOSE_LIMIT);
        }
        producer.close(CLOSE_LIMIT);
        leaseProducer.close(CLOSE_LIMIT);
        progressProducer.close(CLOSE_LIMIT);
    }

    String id() {
        return id;
    }

    JobBoard board() {
        return board;
    }

    /**
     * @throws InvalidEventException where the request names what is no corpus or base model
     * @throws KafkaException where the topics cannot be read or written
     */
    Submission submit(TrainingRequest request) {
        return submit(List.of(request)).get(request);
    }

    /**
     * Takes all of the requests or, where one has a job id that is taken, none.
     *
     * @throws InvalidEventException where one is too large, or names what is no corpus or base model
     * @throws KafkaException where the topics cannot be read or written; asking again then is the same jobs
     */
    Map<TrainingRequest, Submission> submit(List<TrainingRequest> requests) {
        requests.forEach(RequestedNames::check);
        requests.forEach(request -> topics.requireSmall(EventJson.write(request)));
        tail.awaitCaughtUp(REST_LIMIT);
        Map<TrainingRequest, Submission> submissions = new LinkedHashMap<>();
        requests.forEach(request -> submissions.put(request, submission(request)));
        if (!submissions.containsValue(Submission.TAKEN)) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            submissions.forEach((request, submission) -> {
                if (submission == Submission.ACCEPTED) {
                    ends.putAll(topics.request(request));
                }
            });
            tail.awaitHandled(ends, REST_LIMIT);
        }
        return submissions;
    }

    private Submission submission(TrainingRequest request) {
        return board.find(request.jobId())
                .flatMap(JobBoard.Job::request)
                .map(known -> known.equals(request) ? Submission.KNOWN : Submission.TAKEN)
                .orElse(Submission.ACCEPTED);
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
        return new TopicReaders(List.of(tail, intake));
    }

    /** What holds the reading up. */
    Optional<String> problem() {
        return watch.problem();
    }

    /** Whether all jobs that the topics told of when the trainer started are on the board. */
    boolean boardReady() {
        return tail.hasCaughtUp();
    }

    Optional<String> activeJob() {
        return loop.activeJob();
    }

    private void awaitRead(Map<TopicPartition, Long> ends, Duration limit) {
        tail.awaitHandled(ends, limit);
    }

    private void work(JobBoard.Asked job, HeldLease lease, StopSignal signal) {
        String jobId = job.request().jobId();
        // Whoever had the job before wrote its end before letting go of it.
        tail.awaitCaughtUp(JOB_LIMIT);
        if (isOver(jobId)) {
            LOG.infof("Job %s is over already", jobId);
            return;
        }
        JobReporter reporter = new JobReporter(topics.progressOf(job.record()), clock, settings.progressInterval(), id);
        Context context = new Context(job, lease, reporter);
        if (lease.takeoversInVain() > settings.maxTakeovers()) {
            giveUp(lease, context);
        } else {
            lease.predecessor().ifPresent(silent -> {
                LOG.warnf("Taking job %s over from %s, which fell silent", jobId, silent);
                metrics.takenOver();
            });
            runner.run(job.request(), signal, context);
        }
        // The board knows the job's end before the next job is chosen.
        tail.awaitCaughtUp(JOB_LIMIT);
        discardIfOver(jobId);
    }

    private void giveUp(HeldLease lease, Context context) {
        String reason = "given up: trainers fell silent over this job " + lease.takeoversInVain()
                + " times in a row, none of them past step " + lease.furthestStep() + " (the last was "
                + lease.predecessor().orElse("unknown") + "); their logs may say why";
        LOG.warnf("Job %s is %s", lease.jobId(), reason);
        JobState.Preparing mine = JobState.queued(lease.jobId()).prepare();
        context.changed(mine);
        context.changed(mine.fail(reason));
    }

    private void follow(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(names.trainingLeases())) {
            leases.read(record);
        } else if (record.topic().equals(names.trainingRequests())) {
            requested(record);
        } else {
            TrainingStatus status = KafkaEvents.read(record, TrainingStatus.class);
            board.reported(status, Instant.ofEpochMilli(record.timestamp()));
            if (isOver(status.jobId())) {
                loop.cancel(status.jobId());
                discardIfOver(status.jobId());
            }
        }
    }

    private void requested(ConsumerRecord<byte[], byte[]> record) {
        TrainingRequest request;
        try {
            request = KafkaEvents.read(record, TrainingRequest.class);
            topics.requireSmall(record.value());
        } catch (InvalidEventException e) {
            // The intake answers it with a dead letter.
            LOG.debugf("Skipped %s offset %d: %s", record.topic(), record.offset(), e.getMessage());
            return;
        }
        board.requested(request, record);
    }

    private boolean isOver(String jobId) {
        return board.find(jobId).filter(JobBoard.Job::isOver).isPresent();
    }

    /**
     * What was saved of a job may go once the topic says that it is over: nobody begins it again. Who only believes to have
     * ended it deletes what is its own, since somebody else may have the job by then.
     */
    private void discardIfOver(String jobId) {
        if (isOver(jobId) && leases.mayBeFree(jobId)) {
            runner.discard(jobId);
        }
    }

    private final class Context implements JobContext {
        private final JobBoard.Asked job;
        private final HeldLease lease;
        private final JobReporter reporter;

        Context(JobBoard.Asked job, HeldLease lease, JobReporter reporter) {
            this.job = job;
            this.lease = lease;
            this.reporter = reporter;
        }

        @Override
        public void changed(JobState state) {
            metrics.observe(state);
            state.progress().ifPresent(progress -> lease.reached(progress.step()));
            // What becomes of a job that is another's by now is for the other to tell. That somebody cancelled it holds
            // for all.
            if (lease.holds() || state instanceof JobState.Cancelled) {
                reporter.accept(state);
            }
        }

        @Override
        public void published(CheckpointPublished checkpoint) {
            if (!lease.holds()) {
                throw new KafkaException("job " + job.request().jobId() + " was lost while it was publishing");
            }
            topics.announce(checkpoint, job.record());
        }

        @Override
        public void measured(String model, SelfAttentionShares shares) {
            metrics.measured(model, shares);
        }

        @Override
        public Optional<String> failureOf(String jobId) {
            return board.find(jobId)
                    .map(JobBoard.Job::status)
                    .filter(status -> status.state().isLast())
                    .map(status -> status.state() + ", " + status.message());
        }
    }

    private final class Intake implements RequestIntake.Answer {
        @Override
        public void accept(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {
            topics.requireSmall(record.value());
            if (board.find(request.jobId()).flatMap(JobBoard.Job::told).isEmpty()) {
                topics.report(TrainingStatuses.of(JobState.queued(request.jobId())), record);
            }
        }

        @Override
        public void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
            topics.refuse(record, reason);
            metrics.refused();
        }
    }
}
