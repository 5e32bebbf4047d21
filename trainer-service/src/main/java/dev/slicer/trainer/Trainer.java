package dev.slicer.trainer;

import dev.slicer.events.Topics;
import dev.slicer.jobs.JobRunner;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.TopicWorker;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.WholeReader;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import dev.slicer.service.health.TopicReaders;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.service.metrics.WatchMetrics;
import dev.slicer.trainer.board.BoardFeed;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.intake.RequestIntake;
import dev.slicer.trainer.intake.TrainingJobs;
import dev.slicer.trainer.sharing.OwnRequests;
import dev.slicer.trainer.sharing.ShareGroup;
import dev.slicer.trainer.sharing.SharedRequests;
import dev.slicer.trainer.topics.TrainingTopics;
import dev.slicer.trainer.work.JobLoop;
import dev.slicer.trainer.work.JobMetrics;
import dev.slicer.trainer.work.JobWork;
import dev.slicer.trainer.work.SharedJudge;
import dev.slicer.trainer.work.Stragglers;
import dev.slicer.trainer.work.TakenIn;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Puts a trainer's parts together, starts and stops them: the board of all jobs, the share group by which trainers share
 * them, the intake of requests, and the loop that runs this trainer's jobs.
 */
class Trainer {
    private static final Logger LOG = Logger.getLogger(Trainer.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration READ_LIMIT = Duration.ofMinutes(1);

    private final String id;
    private final Duration stopGrace;
    private final JobRunner runner;
    private final BoardFeed feed;
    private final WholeReader reading;
    private final TopicReader requestReader;
    private final RequestIntake intake;
    private final StreamWatch watch;
    private final JobLoop loop;
    private final Optional<SharedRequests> shared;
    private final Optional<Stragglers> stragglers;
    private final Runnable closeQueue;
    private final TrainingJobs jobs;
    private final TopicWorker jobWorker;
    private final List<TopicWorker> sharingWorkers;

    /**
     * @param ready completes when the topics exist
     * @param topics that the trainer writes
     * @param reading brings {@link #follow} the requests and the progress, all of them
     * @param requestReader brings {@link #takeIn} this trainer's share of the requests
     */
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
            PassedOver passedOver,
            TrainingTopics topics,
            WholeReader reading,
            TopicReader requestReader) {
        this.id = trainerId.text();
        this.stopGrace = settings.stopGrace();
        this.runner = runner;
        JobBoard board = new JobBoard();
        JobMetrics metrics = new JobMetrics(registry, board);
        this.feed = new BoardFeed(names, board, topics::requireSmall, this::cancel);
        this.reading = reading;
        this.requestReader = requestReader;
        this.intake = new RequestIntake(board, topics, metrics::refused, passedOver);
        Set<String> read = Set.of(names.trainingRequests(), names.trainingProgress());
        this.watch = new StreamWatch(
                kafka,
                Watched.group("training", settings.groupFor(names), read::contains, kafka.transactionTimeout()),
                admin -> readers().waiting());
        WatchMetrics.register(watch, registry);
        JobWork work =
                new JobWork(id, runner, board, this::awaitBoard, topics, metrics, settings.progressInterval(), clock);
        if (settings.sharing() == TrainerSettings.Sharing.SHARE_GROUP) {
            String groupName = settings.shareGroupFor(names);
            ShareGroup group = new ShareGroup(
                    groupName, settings.lockDuration(), settings.maxDeliveries(), kafka::admin, kafka.denials());
            SharedRequests requests = new SharedRequests(
                    () -> kafka.sharer(groupName), group, names.trainingRequests(), clock, System::nanoTime);
            TakenIn takenIn = new TakenIn(kafka::admin, settings.groupFor(names), clock);
            this.loop = JobLoop.shared(
                    requests, new SharedJudge(board, this::awaitBoard, takenIn, runner::savedStep), work);
            Stragglers lookout = new Stragglers(
                    board, this::awaitBoard, group::doneBefore, work, System::nanoTime, RandomGenerator.getDefault());
            this.shared = Optional.of(requests);
            this.stragglers = Optional.of(lookout);
            this.closeQueue = requests::close;
            this.sharingWorkers = List.of(
                    new TopicWorker("training-share", ready, requests),
                    new TopicWorker("training-stragglers", ready, lookout));
        } else {
            OwnRequests requests = new OwnRequests(
                    () -> board.open().stream().map(JobBoard.Asked::record).findFirst());
            this.loop = JobLoop.alone(requests, board, work);
            this.shared = Optional.empty();
            this.stragglers = Optional.empty();
            this.closeQueue = requests::close;
            this.sharingWorkers = List.of();
        }
        this.jobs = new TrainingJobs(board, topics, reading, loop::cancel, clock);
        this.jobWorker = new TopicWorker("training-jobs", ready, loop);
    }

    void start() {
        LOG.infof("This trainer is %s", id);
        runner.discardAbandoned();
        reading.start();
        workers().forEach(TopicWorker::start);
        watch.start();
    }

    void stop() throws InterruptedException {
        workers().forEach(TopicWorker::stopWaiting);
        watch.close();
        stragglers.ifPresent(Stragglers::close);
        loop.close();
        intake.close();
        // Board and lock go on for as long as a job may take to stop.
        jobWorker.join(stopGrace.plus(CLOSE_LIMIT));
        closeQueue.run();
        for (TopicWorker worker : sharingWorkers) {
            worker.join(CLOSE_LIMIT);
        }
        reading.close();
    }

    private Stream<TopicWorker> workers() {
        return Stream.concat(Stream.of(jobWorker), sharingWorkers.stream());
    }

    /** Takes a record of the requests or the progress. */
    void follow(ConsumerRecord<byte[], byte[]> record) {
        feed.read(record);
    }

    /**
     * Takes a request in that Kafka gave this trainer.
     *
     * @throws dev.slicer.events.InvalidEventException where it is to be a dead letter
     */
    void takeIn(ConsumerRecord<byte[], byte[]> record) {
        intake.take(record);
    }

    TrainingJobs jobs() {
        return jobs;
    }

    TopicReaders readers() {
        return new TopicReaders(Stream.<TopicReader>concat(Stream.of(reading, requestReader), shared.stream())
                .toList());
    }

    /** Why topics are not read on, although the trainer polls. */
    Optional<String> problem() {
        return watch.problem();
    }

    /** Why this trainer gets no jobs, where something is to be done about it. */
    Optional<String> sharingProblem() {
        return shared.flatMap(SharedRequests::problem);
    }

    /** Whether all jobs that the topics told of when the trainer started are on the board. */
    boolean boardReady() {
        return reading.hasCaughtUp();
    }

    Optional<String> activeJob() {
        return loop.activeJob();
    }

    /** The topic says that the job is over. */
    private void cancel(String jobId) {
        loop.cancel(jobId, Optional.empty());
    }

    private void awaitBoard() {
        reading.awaitCaughtUp(READ_LIMIT);
    }
}
