package dev.slicer.kafka.access;

import static org.apache.kafka.common.acl.AclOperation.ALTER;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.CLUSTER;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import dev.slicer.events.Topics;
import dev.slicer.events.Topics.Topic;
import dev.slicer.kafka.access.Right.Need;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourceType;

/** The rights that each task needs, of topics with one prefix. All lists are in the order of the table. */
public final class Access {
    private static final Set<Grantee> WATCHERS =
            EnumSet.of(Grantee.TRAINER, Grantee.INFERENCE, Grantee.EVALUATOR, Grantee.PREPARER);
    private static final String OFFSETS = "__consumer_offsets";
    private static final String TRANSACTIONS = "__transaction_state";

    private final Topics topics;
    private final Map<Task, Set<Right>> rights = new EnumMap<>(Task.class);

    /**
     * The names of groups, which begin the names of transactional ids and, of the evaluator's, of its own topics.
     *
     * @param jobs the trainers' share group
     * @param trials of inference
     */
    public record Groups(String trainer, String jobs, String inference, String trials, String evaluator) {
        /** As they are unless configured otherwise. */
        public static Groups of(Topics topics) {
            String prefix = topics.prefix();
            return new Groups(
                    prefix + "trainer",
                    prefix + "trainer-jobs",
                    prefix + "inference",
                    prefix + "inference-trials",
                    prefix + "evaluator");
        }
    }

    public Access(Topics topics) {
        this(topics, Groups.of(topics));
    }

    public Access(Topics topics, Groups groups) {
        this.topics = topics;
        for (Task task : Task.values()) {
            rights.put(task, new LinkedHashSet<>());
        }
        trainer(groups);
        inference(groups);
        evaluator(groups.evaluator());
        commands();
        programs();
        watching();
    }

    private void trainer(Groups groups) {
        topic(Task.JOBS, topics.trainingRequests(), READ, WRITE);
        topic(Task.JOBS, topics.trainingProgress(), READ, WRITE);
        topic(Task.JOBS, topics.checkpoints(), WRITE);
        topic(Task.JOBS, topics.deadLetters(), WRITE);
        group(Task.JOBS, groups.trainer(), READ);
        topic(Task.SHARING, topics.trainingRequests(), READ);
        group(Task.SHARING, groups.jobs(), READ);
        // It includes DescribeConfigs.
        add(Task.SHARING, GROUP, groups.jobs(), LITERAL, Need.FIRST_START, ALTER_CONFIGS);
    }

    private void inference(Groups groups) {
        topic(Task.SERVING, topics.checkpoints(), READ);
        topic(Task.PROMOTED, topics.checkpointEvents(), READ);
        topic(Task.SERVING, topics.checkpointTelemetry(), WRITE);
        topic(Task.DOCUMENTS, topics.documents(), READ);
        topic(Task.DOCUMENTS, topics.entities(), WRITE);
        topic(Task.DOCUMENTS, topics.deadLetters(), WRITE);
        group(Task.DOCUMENTS, groups.inference(), READ);
        transactions(Task.DOCUMENTS, groups.inference() + "-");
        topic(Task.TRIALS, topics.trialDocuments(), READ);
        topic(Task.TRIALS, topics.entities(), WRITE);
        topic(Task.TRIALS, topics.deadLetters(), WRITE);
        topic(Task.TRIALS, topics.checkpointTelemetry(), WRITE);
        group(Task.TRIALS, groups.trials(), READ);
        // One right for both, where the one name begins with the other.
        String own = groups.trials().startsWith(groups.inference() + "-") ? groups.inference() : groups.trials();
        transactions(Task.TRIALS, own + "-");
    }

    private void evaluator(String group) {
        topic(Task.SCORING, topics.labelledDocuments(), READ);
        topic(Task.SCORING, topics.documents(), WRITE);
        topic(Task.SCORING, topics.goldDocuments(), READ, WRITE);
        topic(Task.SCORING, topics.entities(), READ);
        topic(Task.SCORING, topics.scores(), READ, WRITE);
        topic(Task.SCORING, topics.scoreTotals(), READ, WRITE);
        topic(Task.SCORING, topics.trialAnswers(), WRITE);
        topic(Task.SCORING, topics.deadLetters(), WRITE);
        add(Task.SCORING, TOPIC, group + "-", PREFIXED, Need.ALWAYS, READ, WRITE, DELETE);
        group(Task.SCORING, group, READ);
        transactions(Task.SCORING, group + "-");
        add(Task.SCORING, TOPIC, topics.goldDocuments(), LITERAL, Need.FIRST_START, CREATE);
        add(Task.SCORING, TOPIC, topics.scoreTotals(), LITERAL, Need.FIRST_START, CREATE);
        add(Task.SCORING, TOPIC, group + "-", PREFIXED, Need.FIRST_START, CREATE);
        add(Task.SCORING, GROUP, group, LITERAL, Need.FIRST_START, DELETE);
        topic(Task.FOLLOWING, topics.checkpoints(), READ);
        topic(Task.FOLLOWING, topics.checkpointEvents(), READ);
        topic(Task.FOLLOWING, topics.checkpointTelemetry(), READ);
        topic(Task.FOLLOWING, topics.trainingProgress(), READ);
        topic(Task.DECIDING, topics.labelledDocuments(), READ);
        topic(Task.DECIDING, topics.checkpoints(), READ);
        topic(Task.DECIDING, topics.checkpointEvents(), WRITE);
        topic(Task.DECIDING, topics.trialDocuments(), WRITE);
        topic(Task.DECIDING, topics.trialAnswers(), READ);
        group(Task.DECIDING, group + "-promotion", READ);
    }

    private void commands() {
        topic(Task.PROMOTION, topics.checkpoints(), READ);
        topic(Task.PROMOTION, topics.checkpointEvents(), READ, WRITE);
        topic(Task.PUBLISHING, topics.labelledDocuments(), WRITE);
        transactions(Task.PUBLISHING, topics.prefix() + "publish.");
        topic(Task.REPLAYING, topics.deadLetters(), READ);
        topic(Task.REPLAYING, topics.documents(), READ, WRITE);
        topic(Task.REPLAYING, topics.labelledDocuments(), READ, WRITE);
        topic(Task.REPLAYING, topics.trainingRequests(), READ, WRITE);
        group(Task.REPLAYING, topics.prefix() + "replay", READ);
        add(Task.REPLAYING, TRANSACTIONAL_ID, topics.prefix() + "replay", LITERAL, Need.ALWAYS, WRITE);
        for (Topic topic : topics.all()) {
            add(Task.PREPARING, TOPIC, topic.name(), LITERAL, Need.ALWAYS, DESCRIBE, CREATE);
        }
    }

    private void programs() {
        topic(Task.REQUESTING, topics.trainingRequests(), WRITE);
        topic(Task.REQUESTING, topics.trainingProgress(), READ);
        topic(Task.SENDING, topics.documents(), WRITE);
        topic(Task.READING, topics.entities(), READ);
        add(Task.READING, GROUP, topics.prefix() + "reader", PREFIXED, Need.ALWAYS, READ);
    }

    /** What a service looks at beside its work: settings and sizes of the topics, and transactions that hold a stream up. */
    private void watching() {
        for (Task task : Task.values()) {
            if (WATCHERS.contains(task.grantee())) {
                List.copyOf(rights.get(task)).stream()
                        .map(Right::resource)
                        .filter(resource -> resource.resourceType() == TOPIC)
                        .forEach(resource -> add(
                                task, TOPIC, resource.name(), resource.patternType(), Need.WELCOME, DESCRIBE_CONFIGS));
            }
        }
        for (Task task : List.of(Task.JOBS, Task.DOCUMENTS, Task.TRIALS, Task.SCORING)) {
            for (Right right : List.copyOf(rights.get(task))) {
                // The trainers' jobs are written in no transactions.
                if (task != Task.JOBS
                        && right.operation() == WRITE
                        && right.resource().resourceType() == TOPIC) {
                    add(task, TOPIC, right.resource().name(), right.resource().patternType(), Need.WELCOME, READ);
                }
            }
            add(task, TOPIC, OFFSETS, LITERAL, Need.WELCOME, READ);
            add(task, TOPIC, TRANSACTIONS, LITERAL, Need.WELCOME, READ);
            add(task, CLUSTER, Resource.CLUSTER_NAME, LITERAL, Need.WELCOME, ALTER);
        }
    }

    private void topic(Task task, String name, AclOperation... operations) {
        add(task, TOPIC, name, LITERAL, Need.ALWAYS, operations);
    }

    private void group(Task task, String name, AclOperation... operations) {
        add(task, GROUP, name, LITERAL, Need.ALWAYS, operations);
    }

    private void transactions(Task task, String prefix) {
        add(task, TRANSACTIONAL_ID, prefix, PREFIXED, Need.ALWAYS, WRITE);
    }

    private void add(
            Task task, ResourceType type, String name, PatternType pattern, Need need, AclOperation... operations) {
        for (AclOperation operation : operations) {
            rights.get(task).add(Right.of(type, name, pattern, operation, need));
        }
    }

    /** Of some tasks together, each once, as it is needed most; those that are always needed first. */
    public List<Right> of(Collection<Task> tasks) {
        Map<List<Object>, Right> together = new LinkedHashMap<>();
        Arrays.stream(Task.values())
                .filter(tasks::contains)
                .flatMap(task -> rights.get(task).stream())
                .sorted(Comparator.comparing(Right::need))
                .forEach(right -> together.putIfAbsent(List.of(right.resource(), right.operation()), right));
        return List.copyOf(together.values());
    }

    /** Of all tasks of a grantee. */
    public List<Right> of(Grantee grantee) {
        return of(tasks(grantee));
    }

    /** The tasks that a grantee has a right for. */
    List<Task> tasks(Grantee grantee, Right right) {
        return tasks(grantee).stream()
                .filter(task -> rights.get(task).contains(right))
                .toList();
    }

    private static List<Task> tasks(Grantee grantee) {
        return Arrays.stream(Task.values())
                .filter(task -> task.grantee() == grantee)
                .toList();
    }
}
