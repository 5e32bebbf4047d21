package dev.slicer.trainer;

import dev.slicer.events.Topics;
import dev.slicer.jobs.JobRunner;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.TopicWorker;
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
import dev.slicer.trainer.leases.Leases;
import dev.slicer.trainer.topics.TrainingTopics;
import dev.slicer.trainer.work.JobLoop;
import dev.slicer.trainer.work.JobMetrics;
import dev.slicer.trainer.work.JobWork;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Puts a trainer's parts together, starts and stops them: the board of all jobs, the leases by which trainers share them, the
 * intake of requests, and the loop that runs this trainer's jobs.
 */
class Trainer {
    private static final Logger LOG = Logger.getLogger(Trainer.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration PROGRESS_BLOCK = Duration.ofMillis(100);
    private static final int REQUESTS_AT_ONCE = 100;

    private final Topics names;
    private final String id;
    private final Duration stopGrace;
    private final JobRunner runner;
    private final List<Producer<byte[], byte[]>> producers;
    private final BoardFeed feed;
    private final Leases leases;
    private final TopicTail tail;
    private final RequestIntake intake;
    private final StreamWatch watch;
    private final JobWork work;
    private final JobLoop loop;
    private final TrainingJobs jobs;
    private final TopicWorker boardWorker;
    private final TopicWorker intakeWorker;
    private final TopicWorker jobWorker;

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
        this.names = names;
        this.id = trainerId.text();
        this.stopGrace = settings.stopGrace();
        this.runner = runner;
        JobBoard board = new JobBoard();
        JobMetrics metrics = new JobMetrics(registry, board);
        Duration ttl = settings.leaseTtl();
        Producer<byte[], byte[]> producer = kafka.producer();
        Producer<byte[], byte[]> leaseProducer = kafka.promptProducer(ttl, ttl.dividedBy(4));
        // A job must not wait for brokers to tell how far it is.
        Producer<byte[], byte[]> progressProducer = kafka.promptProducer(ttl, PROGRESS_BLOCK);
        this.producers = List.of(producer, leaseProducer, progressProducer);
        TrainingTopics topics = new TrainingTopics(producer, progressProducer, names, events, kafka.sizes());
        this.feed = new BoardFeed(names, board, topics::requireSmall, this::over);
        this.leases =
                new Leases(leaseProducer, names.trainingLeases(), events, this::awaitRead, id, ttl, System::nanoTime);
        Set<String> read = Set.of(names.trainingRequests(), names.trainingProgress(), names.trainingLeases());
        this.tail = new TopicTail(kafka.reader(), read, passedOver.handling(read, this::follow));
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
        this.work = new JobWork(
                id,
                runner,
                board,
                tail::awaitCaughtUp,
                leases,
                topics,
                metrics,
                new JobWork.Limits(settings.progressInterval(), settings.maxTakeovers()),
                clock);
        this.loop = new JobLoop(board, leases, work);
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
        loop.close();
        intake.close();
        // Board and leases go on for as long as a job may take to stop.
        jobWorker.join(stopGrace.plus(CLOSE_LIMIT));
        tail.close();
        boardWorker.join(CLOSE_LIMIT);
        intakeWorker.join(CLOSE_LIMIT);
        producers.forEach(producer -> producer.close(CLOSE_LIMIT));
    }

    private Stream<TopicWorker> workers() {
        return Stream.of(boardWorker, intakeWorker, jobWorker);
    }

    TrainingJobs jobs() {
        return jobs;
    }

    TopicReaders readers() {
        return new TopicReaders(List.of(tail, intake));
    }

    /** Why topics are not read on, although the trainer polls. */
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

    private void follow(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(names.trainingLeases())) {
            leases.read(record);
        } else {
            feed.read(record);
        }
    }

    private void over(String jobId) {
        loop.cancel(jobId);
        work.discardIfOver(jobId);
    }

    private void awaitRead(Map<TopicPartition, Long> ends, Duration limit) {
        tail.awaitHandled(ends, limit);
    }
}
