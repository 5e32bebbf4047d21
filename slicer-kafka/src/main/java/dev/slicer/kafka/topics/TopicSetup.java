package dev.slicer.kafka.topics;

import dev.slicer.events.Topics;
import dev.slicer.events.Topics.Topic;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.kafka.access.Denials;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.records.RecordSizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing, so that no broker makes one by itself, uncompacted, when first asked for it, tells of
 * those whose settings are not what the services rely on, and watches how large their records may be.
 */
public final class TopicSetup implements AutoCloseable {
    /**
     * How topics are to be.
     *
     * @param create whether missing ones are created; else that is left to others
     * @param partitions of a topic whose records need no order across keys
     * @param replicas of each partition; the broker's default when absent
     * @param retention of topics, by their names without prefix, that are kept for another time than by default
     */
    public record Wanted(boolean create, int partitions, Optional<Short> replicas, Map<String, Retention> retention) {
        public Wanted {
            retention = Map.copyOf(retention);
        }

        public Wanted(boolean create, int partitions, Optional<Short> replicas) {
            this(create, partitions, replicas, Map.of());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final Duration RETRY_EVERY = Duration.ofSeconds(2);
    private static final Duration WATCH_EVERY = Duration.ofMinutes(1);
    /** A topic is deleted segment by segment: some of these are in the time for which it is kept. */
    private static final int SEGMENTS = 4;

    private static final Duration LONGEST_SEGMENT = Duration.ofDays(7);

    /** How long topics are kept where nothing else is configured, by their names without prefix. */
    private static final Map<String, Retention> RELIED_ON = reliedOn();

    private static Map<String, Retention> reliedOn() {
        Topics named = new Topics("");
        return Map.of(
                // A trainer that starts knows of the jobs of this time; none waits or runs for as long.
                named.trainingRequests(),
                Retention.of(Duration.ofDays(90)),
                named.trainingProgress(),
                Retention.of(Duration.ofDays(90)),
                // What happened to a checkpoint on an instance lately; nothing is decided by it.
                named.checkpointTelemetry(),
                Retention.of(Duration.ofDays(30)),
                // The first promotion still counts.
                named.checkpointEvents(),
                Retention.FOR_EVER,
                // Of a document that was not published for the longest time that gold is kept, the time before is of no
                // matter.
                named.labelledDocuments(),
                Retention.of(Duration.ofDays(180)),
                // A trial that is set aside again and again goes on with the answers of this time.
                named.trialAnswers(),
                Retention.of(Duration.ofDays(7)),
                // What a dashboard looks back at; scores of older documents are of checkpoints that no longer serve.
                named.scores(),
                Retention.of(Duration.ofDays(90)));
    }

    private final Map<String, Object> kafka;
    private final Topics topics;
    private final Wanted wanted;
    private final RecordSizes sizes;
    private final TopicCheck check;
    private final RightsWatch rights;
    private List<String> leftToOthers = List.of();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Thread worker = new Thread(this::prepareAndWatch, "topic-setup");

    /**
     * @param kafka settings of a client: addresses and security
     * @param needed rights of the service, without any of which it cannot do its work
     */
    public TopicSetup(Map<String, Object> kafka, Topics topics, Wanted wanted, RecordSizes sizes, List<Right> needed) {
        this.kafka = Map.copyOf(kafka);
        this.rights = new RightsWatch(Denials.of(kafka), needed);
        this.topics = topics;
        this.wanted = wanted;
        this.sizes = sizes;
        this.check = new TopicCheck(
                this::settings,
                topic -> wanted.retention().containsKey(topics.nameOf(topic)),
                wanted.replicas(),
                Map.of(topics.trialDocuments(), wanted.partitions()));
        worker.setDaemon(true);
    }

    /** Completes when all topics exist; completed from the start where the configuration leaves them to others. */
    public CompletionStage<Void> ready() {
        return done;
    }

    /** Replicas that each partition of a topic should have; the broker's default when absent. */
    public Optional<Short> replicas() {
        return wanted.replicas();
    }

    /** The rights that the service lacks, in words, when it asked last. */
    public List<String> lackingRights() {
        return rights.lacking();
    }

    /** How long a topic keeps its records, where the services rely on that or it is configured; else the broker's to say. */
    public Optional<Retention> retention(String topic) {
        return topics.find(topic).flatMap(found -> {
            String name = topics.nameOf(found);
            return Optional.ofNullable(wanted.retention().get(name)).or(() -> Optional.ofNullable(RELIED_ON.get(name)));
        });
    }

    /** What of topics is not as the services rely on, in words with what to do, when they were looked at last. */
    public List<String> misconfigured() {
        return check.differences();
    }

    /**
     * Begins, and waits until the topics exist or the limit is over; then it goes on trying.
     *
     * @throws IllegalStateException where it cannot go on
     */
    public void start(Duration limit) throws InterruptedException {
        if (!wanted.create()) {
            done.complete(null);
        }
        worker.start();
        try {
            done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn(
                    "no answer from Kafka at {} yet; starting without it, and trying again",
                    kafka.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }

    private void prepareAndWatch() {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        try {
            if (!wanted.create()) {
                sizes.awaitNeed();
            }
            try (Admin admin = Admin.create(settings)) {
                if (wanted.create()) {
                    createUntilDone(admin);
                }
                while (true) {
                    watch(admin);
                    TimeUnit.MILLISECONDS.sleep(WATCH_EVERY.toMillis());
                }
            }
        } catch (InterruptedException | InterruptException e) {
            done.cancel(false);
        } catch (RuntimeException e) {
            if (!done.completeExceptionally(e)) {
                LOG.error("topics are not looked at any more", e);
            }
        }
    }

    private void createUntilDone(Admin admin) throws InterruptedException {
        while (true) {
            try {
                createMissing(admin);
                return;
            } catch (ExecutionException e) {
                LOG.warn("cannot create topics yet: {}", e.getCause().getMessage());
                TimeUnit.MILLISECONDS.sleep(RETRY_EVERY.toMillis());
            }
        }
    }

    /** Looks at topics as they are. A broker that is away is not an error: the service may need none. */
    void watch(Admin admin) throws InterruptedException {
        sizes.read(admin, topics.all().stream().map(Topic::name).toList());
        done.complete(null);
        try {
            check(admin);
            rights.look(admin);
        } catch (ExecutionException e) {
            LOG.debug("topics are not checked: {}", e.getCause().getMessage());
        }
    }

    /**
     * Compares topics that are there with what the services rely on; {@link #misconfigured} has what came of it.
     *
     * @throws ExecutionException where the broker does not answer
     */
    public void check(Admin admin) throws InterruptedException, ExecutionException {
        Map<Topic, TopicDescription> present = new LinkedHashMap<>();
        List<Topic> watched = new ArrayList<>(topics.all());
        watched.addAll(topics.ofEvaluators());
        describe(admin, watched)
                .forEach((topic, description) -> description.ifPresent(found -> present.put(topic, found)));
        check.run(admin, present);
    }

    /** Those that it may describe, empty where they are missing. */
    private Map<Topic, Optional<TopicDescription>> describe(Admin admin, List<Topic> asked)
            throws InterruptedException, ExecutionException {
        Map<Topic, Optional<TopicDescription>> found = new LinkedHashMap<>();
        List<String> hidden = new ArrayList<>();
        Map<String, KafkaFuture<TopicDescription>> described =
                admin.describeTopics(asked.stream().map(Topic::name).toList()).topicNameValues();
        for (Topic topic : asked) {
            try {
                found.put(topic, Optional.of(described.get(topic.name()).get()));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    found.put(topic, Optional.empty());
                } else if (e.getCause() instanceof AuthorizationException) {
                    hidden.add(topic.name());
                } else {
                    throw e;
                }
            }
        }
        if (!hidden.equals(leftToOthers)) {
            leftToOthers = hidden;
            LOG.info("{} are left to others: the right Describe on them is missing", hidden);
        }
        return found;
    }

    /**
     * Creates those that are missing, as far as the client may see them.
     *
     * @return the names of those that it has created
     * @throws ExecutionException naming the topic, where one cannot be created
     */
    public List<String> createMissing(Admin admin) throws InterruptedException, ExecutionException {
        List<String> made = new ArrayList<>();
        List<NewTopic> missing = describe(admin, topics.all()).entrySet().stream()
                .filter(topic -> topic.getValue().isEmpty())
                .map(topic -> newTopic(topic.getKey()))
                .toList();
        Optional<ExecutionException> failure = Optional.empty();
        for (Map.Entry<String, ? extends Future<Void>> created :
                admin.createTopics(missing).values().entrySet()) {
            try {
                created.getValue().get();
                LOG.info("created topic {}", created.getKey());
                made.add(created.getKey());
            } catch (ExecutionException e) {
                // Another service was faster.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    failure = Optional.of(named(created.getKey(), e));
                }
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return made;
    }

    private ExecutionException named(String topic, ExecutionException e) {
        return new ExecutionException(new KafkaException(
                e.getCause() instanceof AuthorizationException
                        ? "topic " + topic + " is missing, and "
                                + Denials.of(kafka).text(AclOperation.CREATE, ResourceType.TOPIC, topic)
                                + " or the cluster"
                        : "topic " + topic + ": " + e.getCause().getMessage(),
                e.getCause()));
    }

    private NewTopic newTopic(Topic topic) {
        return new NewTopic(topic.name(), Optional.of(topic.ordered() ? 1 : wanted.partitions()), wanted.replicas())
                .configs(settings(topic));
    }

    /** Of a topic as it is made. */
    public Map<String, String> settings(Topic topic) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(RecordSize.MAX_BYTES));
        retention(topic.name())
                .ifPresent(retention -> settings.put(TopicConfig.RETENTION_MS_CONFIG, retention.millis()));
        Optional.ofNullable(wanted.retention().get(topics.nameOf(topic)))
                .flatMap(Retention::limit)
                .map(limit -> limit.dividedBy(SEGMENTS))
                .filter(segment -> segment.compareTo(LONGEST_SEGMENT) < 0)
                .ifPresent(segment -> settings.put(TopicConfig.SEGMENT_MS_CONFIG, String.valueOf(segment.toMillis())));
        return settings;
    }
}
