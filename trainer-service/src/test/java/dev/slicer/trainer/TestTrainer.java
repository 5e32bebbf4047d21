package dev.slicer.trainer;

import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.corpus.NamedCorpora;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.jobs.JobFolders;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.Publication;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.TopicTail;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.channels.ChannelSender;
import dev.slicer.service.metrics.PassedOver;
import dev.slicer.testbroker.TestBroker;
import dev.slicer.trainer.TrainerSettings.Sharing;
import dev.slicer.trainer.topics.TrainingTopics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;

/** A whole trainer without its service around it, so that a test can have several. */
final class TestTrainer implements AutoCloseable {
    static final Topics TOPICS = Topics.defaults();
    static final Duration LOCK = Duration.ofSeconds(2);
    static final int SAVE_EVERY = 50;
    static final int MAX_DELIVERIES = 5;

    final FakeEngine engine;
    final Trainer trainer;
    final MeterRegistry registry = new SimpleMeterRegistry();
    private final Producer<byte[], byte[]> producer;
    private final ExecutorService sending = Executors.newSingleThreadExecutor();
    private final TopicTail requests;
    private final TrainingTopics topics;

    private TestTrainer(Map<String, Object> kafka, Path folder, String name, Sharing sharing) {
        Clock clock = Clock.systemUTC();
        TrainerId id = new TrainerId(name);
        Settings settings = new Settings(folder.resolve("work"), sharing);
        this.engine = TestBeans.fake(settings);
        JobRunner runner = new JobRunner(
                new NamedCorpora(settings.corpusRoots(), settings.corpusLimits())::ofOneRequest,
                engine,
                new Publication(new FileCheckpointStore(folder.resolve("store")), clock),
                JobFolders.shared(settings.workFolder(), folder.resolve("state"), id.text(), SAVE_EVERY));
        KafkaClients clients = new KafkaClients(kafka);
        KafkaEvents events = new KafkaEvents(URI.create("/slicer/trainer-service"), clock);
        PassedOver passedOver = new PassedOver(registry);
        this.producer = clients.producer();
        ChannelSender sender = this::written;
        Set<String> read = Set.of(TOPICS.trainingRequests(), TOPICS.trainingProgress());
        this.requests = new TopicTail(clients.reader(), Set.of(TOPICS.trainingRequests()), this::takeIn);
        this.topics = new TrainingTopics(sender, sender, sender, sender, TOPICS, events, clients.sizes());
        this.trainer = new Trainer(
                id,
                clients,
                TOPICS,
                CompletableFuture.completedFuture(null),
                events,
                settings,
                clock,
                runner,
                registry,
                passedOver,
                topics,
                new TopicTail(clients.reader(), read, passedOver.handling(read, this::follow)),
                requests);
    }

    /** As a channel does, on a thread of its own: a producer holds up whoever sends while no broker is there to be asked. */
    private Uni<RecordMetadata> written(ProducerRecord<byte[], byte[]> record) {
        return Uni.createFrom()
                .<RecordMetadata>emitter(place -> producer.send(record, (written, failure) -> {
                    if (failure == null) {
                        place.complete(written);
                    } else {
                        place.fail(new KafkaException("cannot write to topic " + record.topic(), failure));
                    }
                }))
                .runSubscriptionOn(sending);
    }

    private void follow(ConsumerRecord<byte[], byte[]> record) {
        trainer.follow(record);
    }

    /** Each of these trainers takes all requests in, as one of them may after a rebalance. */
    private void takeIn(ConsumerRecord<byte[], byte[]> record) {
        try {
            trainer.takeIn(record);
        } catch (InvalidEventException e) {
            // As the channel's failure strategy does.
            topics.refuse(record, e).await().indefinitely();
        }
    }

    /** @param folder shared by all trainers: their work, their states and the store are in it */
    static TestTrainer start(String bootstrapServers, Path folder, String name) {
        return start(Map.of("bootstrap.servers", bootstrapServers), folder, name, Sharing.SHARE_GROUP);
    }

    static TestTrainer start(Map<String, Object> kafka, Path folder, String name, Sharing sharing) {
        TestTrainer started = new TestTrainer(new HashMap<>(kafka), folder, name, sharing);
        started.trainer.start();
        started.requests.start();
        return started;
    }

    /** A broker that takes locks as short as those of these trainers, and tells a new one soon what it may read. */
    static TestBroker broker(Path folder) {
        return TestBroker.start(
                folder,
                Map.of(
                        "group.share.min.record.lock.duration.ms", "1000",
                        "group.share.min.heartbeat.interval.ms", "500",
                        "group.share.heartbeat.interval.ms", "500"));
    }

    static void createTopics(String bootstrapServers) {
        createTopics(bootstrapServers, Integer.toString(RecordSize.MAX_BYTES));
    }

    static void createTopics(String bootstrapServers, String maxMessageBytes) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(TOPICS.all().stream()
                            .map(topic -> new NewTopic(topic.name(), topic.ordered() ? 1 : 3, (short) 1)
                                    .configs(Map.of(
                                            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                            "LogAppendTime",
                                            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                            maxMessageBytes)))
                            .toList())
                    .all()
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError("no topics", e);
        }
    }

    List<String> jobsRun() {
        return engine.jobs.stream()
                .map(job -> job.output().getFileName().toString())
                .toList();
    }

    /** Why loops have ended that are to go on. */
    List<RuntimeException> failures() {
        return trainer.readers().all().stream()
                .flatMap(reader -> reader.failure().stream())
                .toList();
    }

    double counter(String name) {
        return registry.get(name).counter().count();
    }

    @Override
    public void close() {
        try {
            trainer.stop();
            requests.close();
            sending.shutdownNow();
            producer.close(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record Settings(Path workFolder, Sharing sharing) implements TrainerSettings {
        @Override
        public Optional<String> group() {
            return Optional.empty();
        }

        @Override
        public Optional<Path> modelFolder() {
            return Optional.empty();
        }

        @Override
        public Optional<Path> stateFolder() {
            return Optional.empty();
        }

        @Override
        public Optional<List<Path>> corpora() {
            return Optional.empty();
        }

        @Override
        public Optional<List<Path>> models() {
            return Optional.empty();
        }

        @Override
        public Optional<MemorySize> maxCorporaSize() {
            return Optional.empty();
        }

        @Override
        public MemorySize maxLineSize() {
            return new MemorySize(BigInteger.valueOf(1 << 20));
        }

        @Override
        public int saveEvery() {
            return SAVE_EVERY;
        }

        @Override
        public Duration progressInterval() {
            return Duration.ofMillis(50);
        }

        @Override
        public Duration lockDuration() {
            return LOCK;
        }

        @Override
        public int maxDeliveries() {
            return MAX_DELIVERIES;
        }

        @Override
        public Duration stopGrace() {
            return Duration.ofSeconds(10);
        }
    }
}
