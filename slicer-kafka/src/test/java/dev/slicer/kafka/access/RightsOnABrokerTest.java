package dev.slicer.kafka.access;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.Topics;
import dev.slicer.events.Topics.Topic;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.AwaitedSend;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.testing.SecuredKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each grantee has what the table says and nothing else, on a broker that denies by default: all that it does works, and with
 * any one right taken away, that fails and says who lacks what.
 */
@Timeout(300)
class RightsOnABrokerTest {
    private static final Topics TOPICS = new Topics("rights.");
    private static final Access ACCESS = new Access(TOPICS);
    /** Stands for those that Kafka Streams makes. */
    private static final String CHANGELOG = "x-changelog";

    private static Admin administrator;

    @BeforeAll
    static void start() throws Exception {
        KafkaClients clients = SecuredKafka.administrator();
        administrator = clients.admin();
        List<String> names = Stream.of(
                        TOPICS.all().stream().map(Topic::name),
                        TOPICS.ofEvaluators().stream().map(Topic::name),
                        Stream.of(CHANGELOG, "gold-changelog", "early-changelog", "scored-changelog")
                                .map(name -> TOPICS.prefix() + "evaluator-" + name))
                .flatMap(some -> some)
                .toList();
        administrator
                .createTopics(names.stream()
                        .map(name -> new NewTopic(name, 1, (short) 1))
                        .toList())
                .all()
                .get();
        try (Producer<byte[], byte[]> producer = clients.producer()) {
            names.forEach(name -> AwaitedSend.send(producer, new ProducerRecord<>(name, new byte[1], new byte[1])));
        }
    }

    @AfterAll
    static void stop() {
        administrator.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldNeedEachOfItsRightsAndNoOther(Grantee grantee) throws Exception {
        // Given
        String principal = "User:" + grantee.label();
        List<Right> rights = ACCESS.of(grantee).stream()
                .filter(right -> right.need() != Need.WELCOME)
                .toList();
        Answers.of(administrator
                .createAcls(
                        rights.stream().map(right -> right.binding(principal)).toList())
                .all());
        KafkaClients clients = SecuredKafka.clients(grantee.label());
        String read = rights.stream()
                .filter(right -> right.operation() == AclOperation.READ && !right.isPrefixed())
                .map(right -> right.resource().name())
                .findFirst()
                .orElse("none");
        try (Admin admin = clients.admin()) {
            MissingRights missing = new MissingRights(admin);
            List<Right> asked =
                    rights.stream().filter(right -> right.need() == Need.ALWAYS).toList();

            // When and then: with all of them
            await("all rights of " + grantee).until(() -> missing.of(asked).isEmpty());
            for (Right right : rights) {
                await(right + " of " + grantee)
                        .ignoreExceptionsInstanceOf(AuthorizationException.class)
                        .until(() -> {
                            exercise(right, read, clients, admin);
                            return true;
                        });
            }

            // When and then: without one of them
            for (Right right : rights) {
                Answers.of(administrator
                        .deleteAcls(List.of(right.binding(principal).toFilter()))
                        .all());
                if (right.need() == Need.ALWAYS) {
                    await(right + " of " + grantee + " to be missed")
                            .until(() -> missing.of(asked).contains(right));
                }
                await(right + " of " + grantee + " to be denied")
                        .untilAsserted(() -> assertThatThrownBy(() -> exercise(right, read, clients, admin))
                                .isInstanceOf(KafkaException.class)
                                .hasMessageContaining(principal + " lacks the right " + exercised(right)));
                Answers.of(administrator
                        .createAcls(List.of(right.binding(principal)))
                        .all());
                if (right.need() == Need.ALWAYS) {
                    await(right + " of " + grantee + " to be back")
                            .until(() -> missing.of(asked).isEmpty());
                }
            }
        }
    }

    /** On one of the resources that it is a right on. */
    private static Right exercised(Right right) {
        return right.isPrefixed()
                ? Right.of(
                        right.resource().resourceType(),
                        right.resource().name() + CHANGELOG,
                        PatternType.LITERAL,
                        right.operation(),
                        right.need())
                : right;
    }

    /**
     * Does with the service's clients what the right is for.
     *
     * @param topic that its groups read
     */
    private static void exercise(Right right, String topic, KafkaClients clients, Admin admin) {
        Right one = exercised(right);
        String name = one.resource().name();
        ResourceType type = one.resource().resourceType();
        switch (one.operation()) {
            case READ -> {
                if (type == ResourceType.TOPIC) {
                    read(name, clients);
                } else {
                    join(name, topic, clients);
                }
            }
            case WRITE -> {
                if (type == ResourceType.TOPIC) {
                    write(name, clients);
                } else {
                    beginTransactions(name, clients);
                }
            }
            default -> clients.denials().naming(one, () -> administer(one, admin));
        }
    }

    private static void read(String topic, KafkaClients clients) {
        try (Consumer<byte[], byte[]> reader = clients.reader()) {
            TopicPartition partition = new TopicPartition(topic, 0);
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            boolean isRead = false;
            while (!isRead) {
                isRead = !reader.poll(Duration.ofMillis(200)).isEmpty();
            }
        }
    }

    private static void write(String topic, KafkaClients clients) {
        try (Producer<byte[], byte[]> producer = clients.producer()) {
            AwaitedSend.send(producer, new ProducerRecord<>(topic, new byte[1], new byte[1]));
        }
    }

    private static void join(String group, String topic, KafkaClients clients) {
        if (group.endsWith("-jobs")) {
            try (ShareConsumer<byte[], byte[]> sharer = clients.sharer(group)) {
                sharer.subscribe(Set.of(topic));
                // Its records begin with the next one.
                sharer.poll(Duration.ofMillis(700));
            }
            return;
        }
        try (Consumer<byte[], byte[]> member = clients.member(group, 1)) {
            member.subscribe(Set.of(topic));
            while (member.assignment().isEmpty()) {
                member.poll(Duration.ofMillis(100));
            }
        }
    }

    private static void beginTransactions(String id, KafkaClients clients) {
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer(id)) {
            producer.initTransactions();
        }
    }

    private static boolean administer(Right right, Admin admin) {
        String name = right.resource().name();
        switch (right.operation()) {
            case CREATE -> {
                try {
                    Answers.of(admin.createTopics(
                                    List.of(new NewTopic(name, 1, (short) 1)),
                                    new CreateTopicsOptions().validateOnly(true))
                            .all());
                } catch (TopicExistsException already) {
                    // It would have been allowed.
                }
            }
            case DESCRIBE -> Answers.of(admin.describeTopics(Set.of(name)).allTopicNames());
            case DESCRIBE_CONFIGS ->
                Answers.of(admin.describeConfigs(Set.of(new ConfigResource(ConfigResource.Type.TOPIC, name)))
                        .all());
            case DELETE -> {
                if (right.resource().resourceType() == ResourceType.TOPIC) {
                    Answers.of(admin.deleteRecords(Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(0)))
                            .all());
                } else {
                    try {
                        Answers.of(
                                admin.deleteConsumerGroupOffsets(name, Set.of(new TopicPartition(TOPICS.scores(), 0)))
                                        .all());
                    } catch (GroupIdNotFoundException nobodyYet) {
                        // It would have been allowed.
                    }
                }
            }
            case ALTER_CONFIGS ->
                Answers.of(admin.incrementalAlterConfigs(Map.of(
                                group(name),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("share.auto.offset.reset", "earliest"),
                                        AlterConfigOp.OpType.SET))))
                        .all());
            default -> throw new IllegalArgumentException(right.toString());
        }
        return true;
    }

    private static ConfigResource group(String name) {
        return new ConfigResource(ConfigResource.Type.GROUP, name);
    }
}
