package dev.slicer.evaluator;

import dev.slicer.evaluator.drift.DriftWatch;
import dev.slicer.evaluator.join.JoinTopology;
import dev.slicer.evaluator.totals.ScoreAggregation;
import dev.slicer.events.Topics;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.topics.TopicSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.streams.errors.StreamsException;
import org.jboss.logging.Logger;

/**
 * The topics that are the evaluator's own. The stream starts once all its topics are there, and the topic of totals is made
 * last: so nothing is read before all is as it must be.
 */
final class EvaluationTopics {
    private static final Logger LOG = Logger.getLogger(EvaluationTopics.class);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KafkaClients kafka;
    private final Topics topics;
    private final String group;
    private final TopicSetup setup;
    private final Shutdown shutdown = new Shutdown();
    private volatile Optional<String> failure = Optional.empty();

    /**
     * @param group consumer group, Kafka Streams' application id
     * @param setup how the topics that it makes are to be
     */
    EvaluationTopics(KafkaClients kafka, Topics topics, String group, TopicSetup setup) {
        this.kafka = kafka;
        this.topics = topics;
        this.group = group;
        this.setup = setup;
    }

    /** Returns once they are as they must be, or can't be, or the shutdown begins; all other topics must be there. */
    void prepare() {
        try {
            while (!shutdown.hasBegun()) {
                try (Admin admin = kafka.admin()) {
                    prepare(admin);
                    return;
                } catch (RetriableException e) {
                    LOG.warnf("the join cannot start yet: %s", e.getMessage());
                    shutdown.pause(RETRY);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            shutdown.begin();
        } catch (RuntimeException e) {
            LOG.error("the join does not start", e);
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void prepare(Admin admin) throws InterruptedException {
        try {
            prepareGold(admin);
            int partitions = present(admin, topics.scores());
            if (partitions(admin, topics.scoreTotals()).isEmpty()) {
                if (partitions(admin, ScoreAggregation.firstTopic(group)).isEmpty()) {
                    readScoresFromTheirBeginning(admin, partitions);
                }
                create(admin, topics.scoreTotals(), partitions);
            }
            kafka.sizes().read(admin, written());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new StreamsException(e.getCause());
        }
    }

    /** Gold and answers of a document meet only where both topics have the same number of partitions. */
    private void prepareGold(Admin admin) throws InterruptedException, ExecutionException {
        int partitions = present(admin, topics.entities());
        OptionalInt gold = partitions(admin, topics.goldDocuments());
        if (gold.isEmpty()) {
            create(admin, topics.goldDocuments(), partitions);
        } else if (gold.getAsInt() != partitions) {
            throw new StreamsException(topics.goldDocuments() + " has " + gold.getAsInt() + " partitions and "
                    + topics.entities() + " " + partitions + "; they must have the same number");
        }
    }

    /** An earlier version only counted them, and has read them to their end. */
    private void readScoresFromTheirBeginning(Admin admin, int partitions)
            throws InterruptedException, ExecutionException {
        Set<TopicPartition> all = new HashSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topics.scores(), partition));
        }
        try {
            admin.deleteConsumerGroupOffsets(group, all).all().get();
            LOG.infof("no totals of scores are there yet; what %s holds is added up", topics.scores());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupSubscribedToTopicException) {
                throw new EarlierVersionException("evaluators of group " + group
                        + " run that do not add scores up: stop those of earlier versions");
            }
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw named(e, AclOperation.DELETE, ResourceType.GROUP, group);
            }
        }
    }

    /** It ends by itself, some time after they were stopped. */
    private static final class EarlierVersionException extends RetriableException {
        private static final long serialVersionUID = 1;

        EarlierVersionException(String message) {
            super(message);
        }
    }

    private int present(Admin admin, String topic) throws InterruptedException, ExecutionException {
        return partitions(admin, topic)
                .orElseThrow(() -> new UnknownTopicOrPartitionException("there is no topic " + topic));
    }

    /** Empty where there is no such topic. */
    private OptionalInt partitions(Admin admin, String topic) throws InterruptedException, ExecutionException {
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
            throw named(e, AclOperation.DESCRIBE, ResourceType.TOPIC, topic);
        }
    }

    private void create(Admin admin, String topic, int partitions) throws InterruptedException, ExecutionException {
        Map<String, String> settings = setup.settings(topics.find(topic).orElseThrow());
        try {
            admin.createTopics(
                            List.of(new NewTopic(topic, Optional.of(partitions), setup.replicas()).configs(settings)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                // Another evaluator was faster; whether it has as many partitions is seen in the next attempt.
                throw new UnknownTopicOrPartitionException(topic + " has just been made", e);
            }
            throw named(e, AclOperation.CREATE, ResourceType.TOPIC, topic);
        }
    }

    private ExecutionException named(ExecutionException e, AclOperation denied, ResourceType type, String name) {
        return e.getCause() instanceof AuthorizationException
                ? new ExecutionException(new StreamsException(kafka.denials().text(denied, type, name), e.getCause()))
                : e;
    }

    /** Those that Kafka Streams makes. */
    List<String> ofStreams() {
        List<String> made = new ArrayList<>(JoinTopology.ownTopics(group));
        made.addAll(ScoreAggregation.ownTopics(group));
        made.addAll(DriftWatch.ownTopics(group));
        return made;
    }

    private List<String> written() {
        List<String> written = new ArrayList<>(ofStreams());
        written.addAll(List.of(
                topics.goldDocuments(),
                topics.documents(),
                topics.trialDocuments(),
                topics.trialAnswers(),
                topics.scores(),
                topics.scoreTotals(),
                topics.deadLetters()));
        return written;
    }

    /** Why they can't be as they must be. */
    Optional<String> failure() {
        return failure;
    }

    void close() {
        shutdown.begin();
    }
}
