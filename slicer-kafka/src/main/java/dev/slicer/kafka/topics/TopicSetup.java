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
     */
    public record Wanted(boolean create, int partitions, Optional<Short> replicas) {}

    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final Duration RETRY_EVERY = Duration.ofSeconds(2);
    private static final Duration WATCH_EVERY = Duration.ofMinutes(1);
    /** What a dashboard looks back at; scores of older documents are of checkpoints that no longer serve. */
    public static final Duration SCORES_KEPT = Duration.ofDays(90);
    /** A trainer that starts knows of the jobs of this time; none waits or runs for as long. */
    private static final Duration TRAINING_KEPT = Duration.ofDays(90);

    /** What happened to a checkpoint on an instance lately; nothing is decided by it. */
    private static final Duration TELEMETRY_KEPT = Duration.ofDays(30);
    /** A trial that is set aside again and again goes on with the answers of this time. */
    private static final Duration TRIAL_ANSWERS_KEPT = Duration.ofDays(7);

    private static final String FOR_EVER = "-1";

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
                topic -> settings(topics, topic),
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

    /** Settings of topics that are not what the services rely on, when they were looked at last. */
    public int misconfigured() {
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
            done.completeExceptionally(e);
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
            Map<Topic, TopicDescription> present = new LinkedHashMap<>();
            List<Topic> watched = new ArrayList<>(topics.all());
            watched.addAll(topics.ofEvaluators());
            describe(admin, watched)
                    .forEach((topic, description) -> description.ifPresent(found -> present.put(topic, found)));
            check.run(admin, present);
            rights.look(admin);
        } catch (ExecutionException e) {
            LOG.debug("topics are not checked: {}", e.getCause().getMessage());
        }
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
                .configs(settings(topics, topic));
    }

    static Map<String, String> settings(Topics topics, Topic topic) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                topic.compacted() ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(RecordSize.MAX_BYTES));
        if (topic.name().equals(topics.labelledDocuments()) || topic.name().equals(topics.checkpointEvents())) {
            // Candidates are compared on all that was ever published, and the first promotion still counts.
            settings.put(TopicConfig.RETENTION_MS_CONFIG, FOR_EVER);
        }
        if (topic.name().equals(topics.trainingRequests()) || topic.name().equals(topics.trainingProgress())) {
            settings.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(TRAINING_KEPT.toMillis()));
        }
        if (topic.name().equals(topics.checkpointTelemetry())) {
            settings.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(TELEMETRY_KEPT.toMillis()));
        }
        if (topic.name().equals(topics.trialAnswers())) {
            settings.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(TRIAL_ANSWERS_KEPT.toMillis()));
        }
        if (topic.name().equals(topics.scores())) {
            settings.put(TopicConfig.RETENTION_MS_CONFIG, String.valueOf(SCORES_KEPT.toMillis()));
        }
        return settings;
    }
}
