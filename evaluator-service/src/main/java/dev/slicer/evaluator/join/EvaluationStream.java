package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.events.RecordSize;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.jboss.logging.Logger;

/** Runs the join for as long as the service runs; instances of one group share the partitions. */
public final class EvaluationStream implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EvaluationStream.class);
    private static final Duration CLOSE = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int MOST_BUFFERED_RECORDS = 64;
    /** Kafka Streams sets it to false; it has no name that is public. */
    private static final String LEAVE_ON_CLOSE = "internal.leave.group.on.close";
    /** As Kafka Streams has it by default: it commits several times a second. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    /**
     * @param group consumer group, Kafka Streams' application id
     * @param threads that share this instance's partitions
     * @param stateFolder for locks, and for what the join remembers where that lies on disk
     * @param waitForAnswer after which a document counts as missed
     * @param keepGold how long it can be answered by further models since it came last, and how long its scores count
     * @param replicas of each partition of the topics that it makes; the broker's default when absent
     */
    public record Settings(
            String group,
            int threads,
            String stateFolder,
            boolean stateOnDisk,
            Duration waitForAnswer,
            Duration keepGold,
            Optional<Short> replicas) {}

    private final Settings settings;
    private final Map<String, Object> kafka;
    private final RecordSizes sizes;
    private final Topics topics;
    private final Topology topology;
    private final MeterRegistry registry;
    private final Shutdown shutdown = new Shutdown();
    private volatile Optional<KafkaStreams> streams = Optional.empty();
    private volatile Optional<String> failure = Optional.empty();

    private EvaluationStream(
            Settings settings, KafkaClients kafka, Topics topics, Topology topology, MeterRegistry registry) {
        this.settings = settings;
        this.kafka = kafka.common();
        this.sizes = kafka.sizes();
        this.topics = topics;
        this.topology = topology;
        this.registry = registry;
    }

    /**
     * @param serving the checkpoint that an unanswered document counts against
     * @param drift gets all entities
     */
    public static EvaluationStream of(
            Settings settings,
            KafkaClients kafka,
            Topics topics,
            KafkaEvents events,
            GoldRules rules,
            Supplier<Optional<String>> serving,
            MeterRegistry registry,
            LanguageLabels languages,
            ProcessorSupplier<byte[], byte[], Void, Void> drift,
            PassedOver passedOver) {
        passedOver.watch(
                List.of(topics.labelledDocuments(), topics.goldDocuments(), topics.entities(), topics.scores()));
        Topology topology = JoinTopology.of(
                new Join.Settings(settings.waitForAnswer(), settings.keepGold(), serving),
                rules,
                topics,
                events,
                kafka.sizes(),
                new JoinMetrics(registry, languages),
                drift,
                passedOver,
                settings.stateOnDisk());
        return new EvaluationStream(settings, kafka, topics, topology, registry);
    }

    /**
     * Bytes that each record made of a labelled document may have.
     *
     * @param group as in {@link Settings}
     */
    public static int goldLimit(RecordSizes sizes, Topics topics, String group) {
        return Stream.of(topics.documents(), topics.trialDocuments(), JoinStores.goldChangelog(group))
                .mapToInt(sizes::limit)
                .min()
                .orElseThrow();
    }

    /** Returns once the join runs, or the shutdown begins; all topics must be there. */
    public void start() {
        try {
            while (!shutdown.hasBegun()) {
                try {
                    prepareGoldTopic();
                    run();
                    return;
                } catch (RetriableException e) {
                    LOG.warnf("the join cannot start yet: %s", e.getMessage());
                    shutdown.pause(RETRY);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("the join does not start", e);
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void run() {
        KafkaStreams started = new KafkaStreams(topology, properties());
        started.setUncaughtExceptionHandler(problem -> {
            // What it had not committed is read again.
            LOG.error("a thread of the join failed and is replaced", problem);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(started);
        metrics.bindTo(registry);
        streams = Optional.of(started);
        started.start();
    }

    /** Gold and answers of a document meet only where both topics have the same number of partitions. */
    private void prepareGoldTopic() {
        try (Admin admin = Admin.create(kafka)) {
            int partitions = partitions(admin, topics.entities())
                    .orElseThrow(() -> new UnknownTopicOrPartitionException("there is no topic " + topics.entities()));
            OptionalInt present = partitions(admin, topics.goldDocuments());
            if (present.isEmpty()) {
                create(
                        admin,
                        new NewTopic(topics.goldDocuments(), Optional.of(partitions), settings.replicas())
                                .configs(Map.of(
                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RecordSize.MAX_BYTES))));
            } else if (present.getAsInt() != partitions) {
                throw new StreamsException(topics.goldDocuments() + " has " + present.getAsInt() + " partitions and "
                        + topics.entities() + " " + partitions + "; they must have the same number");
            }
            sizes.read(admin, written());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            shutdown.begin();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new StreamsException(e.getCause());
        }
    }

    /** Empty where there is no such topic. */
    private static OptionalInt partitions(Admin admin, String topic) throws InterruptedException, ExecutionException {
        try {
            return OptionalInt.of(admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return OptionalInt.empty();
            }
            throw named(e, "the right Describe on topic " + topic + " is missing");
        }
    }

    private static void create(Admin admin, NewTopic topic) throws InterruptedException, ExecutionException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                // Another evaluator was faster; whether it has as many partitions is seen in the next attempt.
                throw new UnknownTopicOrPartitionException(topic.name() + " has just been made", e);
            }
            throw named(e, "topic " + topic.name() + " is missing, and so is the right Create on it or on the cluster");
        }
    }

    /** Kafka's own words for a missing right name neither the topic nor the right. */
    private static ExecutionException named(ExecutionException e, String missingRight) {
        return e.getCause() instanceof AuthorizationException
                ? new ExecutionException(new StreamsException(missingRight, e.getCause()))
                : e;
    }

    private List<String> written() {
        List<String> written = new ArrayList<>(JoinStores.changelogs(settings.group()));
        written.addAll(List.of(
                topics.goldDocuments(),
                topics.documents(),
                topics.trialDocuments(),
                topics.trialAnswers(),
                topics.scores(),
                topics.deadLetters()));
        return written;
    }

    private Properties properties() {
        Map<String, Object> all = new HashMap<>(kafka);
        all.remove(ConsumerConfig.GROUP_ID_CONFIG);
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.group());
        all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateFolder());
        settings.replicas().ifPresent(replicas -> all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replicas));
        all.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        all.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), RecordSize.MAX_BYTES);
        all.put(StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG), RecordSize.MAX_BYTES);
        all.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, TooLargeRecords.class);
        all.put(TooLargeRecords.SIZES, sizes);
        // A thread that fails is replaced; its partitions would else wait for the session of the one before to time
        // out.
        all.put(StreamsConfig.consumerPrefix(LEAVE_ON_CLOSE), true);
        // Others' answers can have any size that they compress to, and all that are buffered are in memory.
        all.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), MOST_BUFFERED_RECORDS);
        all.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, MOST_BUFFERED_RECORDS);
        all.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        all.put(
                StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                Math.toIntExact(TRANSACTION_TIMEOUT.toMillis()));
        Properties properties = new Properties();
        properties.putAll(all);
        return properties;
    }

    /** What there is to watch of it: all topics of its transactions, those that Kafka Streams makes included. */
    public Watched watched() {
        Set<String> named = Set.of(
                topics.labelledDocuments(),
                topics.goldDocuments(),
                topics.entities(),
                topics.documents(),
                topics.trialAnswers(),
                topics.scores(),
                topics.deadLetters());
        String own = settings.group() + "-";
        return Watched.group(
                "evaluation",
                settings.group(),
                topic -> named.contains(topic) || topic.startsWith(own),
                TRANSACTION_TIMEOUT);
    }

    /** From where the group's instances would read on. */
    public Waiting waiting(Admin admin) {
        return streams.isPresent()
                ? Waiting.ofGroup(
                        admin,
                        settings.group(),
                        Set.of(topics.labelledDocuments(), topics.goldDocuments(), topics.entities(), topics.scores()))
                : Waiting.nowhere();
    }

    /** Whether it reads; not while partitions are given out anew. */
    public boolean isRunning() {
        return streams.filter(running -> running.state() == KafkaStreams.State.RUNNING)
                .isPresent();
    }

    /** Why it has ended, other than by a shutdown. */
    public Optional<String> failure() {
        return failure.or(() -> streams.filter(ended -> ended.state() == KafkaStreams.State.ERROR)
                .map(ended -> "the join has ended"));
    }

    @Override
    public void close() {
        shutdown.begin();
        streams.ifPresent(running -> running.close(CLOSE));
    }
}
