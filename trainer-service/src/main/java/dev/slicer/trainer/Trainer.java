package dev.slicer.trainer;

import dev.slicer.events.Topics;
import dev.slicer.jobs.JobRunner;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.TopicWorker;
import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.TopicTail;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.transactions.StreamWatch;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import dev.slicer.service.health.TopicReaders;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.service.metrics.WatchMetrics;
import dev.slicer.trainer.board.BoardFeed;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.intake.RequestAnswers;
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
import org.apache.kafka.clients.producer.Producer;
import org.jboss.logging.Logger;

/**
 * Puts a trainer's parts together, starts and stops them: the board of all jobs, the share group by which trainers share
 * them, the intake of requests, and the loop that runs this trainer's jobs.
 */
class Trainer {
    private static final Logger LOG = Logger.getLogger(Trainer.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration PROGRESS_BLOCK = Duration.ofMillis(100);
    private static final Duration READ_LIMIT = Duration.ofMinutes(1);
    private static final int REQUESTS_AT_ONCE = 100;

    private final String id;
    private final Duration stopGrace;
    private final JobRunner runner;
    private final List<Producer<byte[], byte[]>> producers;
    private final TopicTail tail;
    private final RequestIntake intake;
    private final StreamWatch watch;
    private final JobLoop loop;
    private final Optional<SharedRequests> shared;
    private final Optional<Stragglers> stragglers;
    private final Runnable closeQueue;
    private final TrainingJobs jobs;
    private final TopicWorker boardWorker;
    private final TopicWorker intakeWorker;
    private final TopicWorker jobWorker;
    private final List<TopicWorker> sharingWorkers;

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
        this.id = trainerId.text();
        this.stopGrace = settings.stopGrace();
        this.runner = runner;
        JobBoard board = new JobBoard();
        JobMetrics metrics = new JobMetrics(registry, board);
        Producer<byte[], byte[]> producer = kafka.producer();
        // A job must not wait for brokers to tell how far it is.
        Producer<byte[], byte[]> progressProducer = kafka.promptProducer(settings.lockDuration(), PROGRESS_BLOCK);
        this.producers = List.of(producer, progressProducer);
        TrainingTopics topics = new TrainingTopics(producer, progressProducer, names, events, kafka.sizes());
        BoardFeed feed = new BoardFeed(names, board, topics::requireSmall, this::cancel);
        Set<String> read = Set.of(names.trainingRequests(), names.trainingProgress());
        this.tail = new TopicTail(kafka.reader(), read, passedOver.handling(read, feed::read));
        this.intake = new RequestIntake(
                kafka.member(settings.groupFor(names), REQUESTS_AT_ONCE),
                names.trainingRequests(),
                new RequestAnswers(board, topics, metrics::refused),
                passedOver,
                clock);
        this.watch = new StreamWatch(
                kafka,
                Watched.group("training", settings.groupFor(names), read::contains, kafka.transactionTimeout()),
                admin -> readers().waiting());
        WatchMetrics.register(watch, registry);
        JobWork work =
                new JobWork(id, runner, board, this::awaitBoard, topics, metrics, settings.progressInterval(), clock);
        if (settings.sharing() == TrainerSettings.Sharing.SHARE_GROUP) {
            String groupName = settings.shareGroupFor(names);
            ShareGroup group =
                    new ShareGroup(groupName, settings.lockDuration(), settings.maxDeliveries(), kafka::admin);
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
        this.jobs = new TrainingJobs(board, topics, tail, loop::cancel, clock);
        this.boardWorker = new TopicWorker("training-board", ready, tail);
        this.intakeWorker = new TopicWorker("training-requests", ready, intake);
        this.jobWorker = new TopicWorker("training-jobs", ready, loop);
    }

    void start() {
        LOG.infof("This trainer is %s", id);
        runner.discardAbandoned();
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
        tail.close();
        boardWorker.join(CLOSE_LIMIT);
        intakeWorker.join(CLOSE_LIMIT);
        producers.forEach(producer -> producer.close(CLOSE_LIMIT));
    }

    private Stream<TopicWorker> workers() {
        return Stream.concat(Stream.of(boardWorker, intakeWorker, jobWorker), sharingWorkers.stream());
    }

    TrainingJobs jobs() {
        return jobs;
    }

    TopicReaders readers() {
        return new TopicReaders(Stream.<TopicReader>concat(Stream.of(tail, intake), shared.stream())
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
        return tail.hasCaughtUp();
    }

    Optional<String> activeJob() {
        return loop.activeJob();
    }

    /** The topic says that the job is over. */
    private void cancel(String jobId) {
        loop.cancel(jobId);
    }

    private void awaitBoard() {
        tail.awaitCaughtUp(READ_LIMIT);
    }
}
