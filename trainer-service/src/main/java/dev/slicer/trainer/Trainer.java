package dev.slicer.trainer;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.TopicSetup;
import dev.slicer.service.TopicTail;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

    private final Topics names;
    private final TopicSetup setup;
    private final TrainerSettings settings;
    private final Clock clock;
    private final JobRunner runner;
    private final JobBoard board;
    private final JobMetrics metrics;
    private final Producer<byte[], byte[]> producer;
    private final TrainingTopics topics;
    private final TopicTail tail;
    private final RequestLoop loop;
    private final List<Thread> threads;
    private final Set<Thread> waitingForTopics = ConcurrentHashMap.newKeySet();
    private volatile boolean boardReady;

    Trainer(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
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
        this.setup = setup;
        this.settings = settings;
        this.clock = clock;
        this.runner = new JobRunner(models, tuner, publication, settings.workFolder());
        this.board = new JobBoard();
        this.metrics = new JobMetrics(registry, board);
        this.producer =
                new KafkaProducer<>(producerSettings(kafka), new ByteArraySerializer(), new ByteArraySerializer());
        this.topics = new TrainingTopics(producer, names, events);
        this.tail = new TopicTail(
                consumer(kafka, Map.of()), Set.of(names.trainingRequests(), names.trainingProgress()), this::follow);
        this.loop = new RequestLoop(
                consumer(kafka, groupSettings(settings.groupFor(names))),
                names.trainingRequests(),
                this::work,
                this::refuse,
                clock,
                settings.stopGrace());
        this.threads = List.of(daemon("training-board", this::runTail), daemon("training-requests", this::runLoop));
    }

    void start(@Observes StartupEvent start) {
        threads.forEach(Thread::start);
    }

    void stop(@Observes ShutdownEvent stop) throws InterruptedException {
        waitingForTopics.forEach(Thread::interrupt);
        loop.close();
        threads.get(1).join(settings.stopGrace().plusSeconds(5).toMillis());
        tail.close();
        threads.get(0).join(TimeUnit.SECONDS.toMillis(5));
        producer.close(Duration.ofSeconds(5));
    }

    JobBoard board() {
        return board;
    }

    /** @throws KafkaException where the topics cannot be read or written */
    Submission submit(TrainingRequest request) {
        awaitBoard(REST_LIMIT);
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

    /** Why the trainer can do no work, once it cannot. */
    Optional<String> failure() {
        return Stream.of(tail.failure(), loop.failure())
                .flatMap(Optional::stream)
                .map(RuntimeException::toString)
                .findFirst();
    }

    /** Whether what the topics held when the trainer started has been read. */
    boolean boardReady() {
        return boardReady;
    }

    /** Time of the last sign of life of the slower of the two readers. */
    Instant lastPoll() {
        return tail.lastPoll().isBefore(loop.lastPoll()) ? tail.lastPoll() : loop.lastPoll();
    }

    Optional<String> activeJob() {
        return loop.activeJob();
    }

    private void runTail() {
        if (awaitTopics()) {
            tail.caughtUp().thenRun(() -> boardReady = true);
            tail.run();
        }
    }

    private void runLoop() {
        if (awaitTopics()) {
            loop.run();
        }
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private boolean awaitTopics() {
        waitingForTopics.add(Thread.currentThread());
        try {
            setup.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingForTopics.remove(Thread.currentThread());
        }
    }

    private boolean work(TrainingRequest request, ConsumerRecord<byte[], byte[]> record, StopSignal signal) {
        awaitBoard(JOB_LIMIT);
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

    private void awaitBoard(Duration limit) {
        try {
            tail.caughtUp().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new KafkaException("the topics of training requests and progress cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private static Map<String, Object> groupSettings(String group) {
        return Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                // One request at a time: the others stay on the topic for trainers that are free.
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1,
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> kafka, Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.remove(ConsumerConfig.GROUP_ID_CONFIG);
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        all.putAll(own);
        return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static Map<String, Object> producerSettings(Map<String, Object> kafka) {
        Map<String, Object> all = new HashMap<>(kafka);
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return all;
    }
}
