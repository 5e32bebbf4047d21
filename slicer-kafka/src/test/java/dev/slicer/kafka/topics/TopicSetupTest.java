package dev.slicer.kafka.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.Topics;
import dev.slicer.kafka.records.RecordSizes;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class TopicSetupTest {
    private static final Topics TOPICS = Topics.defaults();
    private static final TopicSetup.Wanted WANTED = new TopicSetup.Wanted(true, 3, Optional.empty(), Map.of());

    @Test
    void shouldKeepWhatIsReadForAsLongAsItIsRead() {
        assertThat(setting("retention.ms"))
                .containsEntry(
                        "slicer.labelled-documents",
                        String.valueOf(Duration.ofDays(180).toMillis()))
                .containsEntry("slicer.checkpoint-events", "-1")
                .containsEntry(
                        "slicer.scores", String.valueOf(Duration.ofDays(90).toMillis()))
                .containsEntry(
                        "slicer.training-requests",
                        String.valueOf(Duration.ofDays(90).toMillis()))
                .containsEntry(
                        "slicer.training-progress",
                        String.valueOf(Duration.ofDays(90).toMillis()))
                .containsEntry(
                        "slicer.checkpoint-telemetry",
                        String.valueOf(Duration.ofDays(30).toMillis()))
                .containsEntry(
                        "slicer.trial-answers",
                        String.valueOf(Duration.ofDays(7).toMillis()))
                .hasSize(7);
        assertThat(setting("cleanup.policy"))
                .hasSize(TOPICS.all().size())
                .allSatisfy((topic, policy) ->
                        assertThat(policy).isEqualTo(topic.equals("slicer.checkpoints") ? "compact" : "delete"));
    }

    @Test
    void shouldLetRecordsOfAllTopicsBeAsLargeAsTheyAreMeantToBe() {
        assertThat(setting("max.message.bytes"))
                .hasSize(TOPICS.all().size())
                .allSatisfy((topic, bytes) -> assertThat(bytes).isEqualTo("4194304"));
    }

    @Test
    void shouldGetReadyWithTheRightsThatAServiceNeedsAndNoOther() throws Exception {
        // Given: topics that are there, of which the service may describe some, and it may create none
        RestrictedBroker broker = new RestrictedBroker(Set.of("slicer.documents", "slicer.entities"), Set.of());
        TopicSetup setup = setup();

        // When
        setup.createMissing(broker.admin());
        setup.watch(broker.admin());

        // Then
        assertThat(setup.ready().toCompletableFuture()).isCompleted();
        assertThat(broker.created).isEmpty();
    }

    @Test
    void shouldNameTheTopicAndTheRightThatIsMissing() {
        // Given
        RestrictedBroker broker =
                new RestrictedBroker(Set.of("slicer.documents", "slicer.entities"), Set.of("slicer.entities"));
        TopicSetup setup = setup();

        // When and then
        assertThatThrownBy(() -> setup.createMissing(broker.admin()))
                .cause()
                .hasMessage(
                        "topic slicer.entities is missing, and User:ANONYMOUS lacks the right Create on topic slicer.entities or the cluster");
        assertThat(broker.created).containsExactly("slicer.entities");
        assertThat(setup.ready().toCompletableFuture()).isNotDone();
    }

    @Test
    void shouldKeepRecordsForNoLongerThanConfigured() {
        // Given: a topic is deleted by whole segments, which must be over soon enough
        TopicSetup setup = setup(new TopicSetup.Wanted(
                true,
                3,
                Optional.empty(),
                Map.of(
                        "dead-letters", Retention.of(Duration.ofDays(2)),
                        "scores", Retention.of(Duration.ofDays(365)),
                        "labelled-documents", Retention.FOR_EVER)));

        // When and then
        assertThat(setup.settings(topic("slicer.dead-letters")))
                .containsEntry("retention.ms", "172800000")
                .containsEntry("segment.ms", "43200000");
        assertThat(setup.settings(topic("slicer.scores")))
                .containsEntry("retention.ms", "31536000000")
                .doesNotContainKey("segment.ms");
        assertThat(setup.settings(topic("slicer.labelled-documents"))).containsEntry("retention.ms", "-1");
        assertThat(setup.retention("slicer.dead-letters")).contains(Retention.of(Duration.ofDays(2)));
        assertThat(setup.retention("slicer.trial-answers")).contains(Retention.of(Duration.ofDays(7)));
        assertThat(setup.retention("slicer.documents")).isEmpty();
    }

    private static Topics.Topic topic(String name) {
        return TOPICS.find(name).orElseThrow();
    }

    private static TopicSetup setup() {
        return setup(WANTED);
    }

    private static TopicSetup setup(TopicSetup.Wanted wanted) {
        return new TopicSetup(Map.of(), TOPICS, wanted, new RecordSizes(), List.of());
    }

    /** Answers as a broker with an authorizer does. */
    private static final class RestrictedBroker {
        private final Set<String> visible;
        private final Set<String> missing;
        private final List<String> created = new ArrayList<>();

        /**
         * @param visible topics that the service may describe
         * @param missing those of them that are not there
         */
        RestrictedBroker(Set<String> visible, Set<String> missing) {
            this.visible = visible;
            this.missing = missing;
        }

        Admin admin() {
            return (Admin) Proxy.newProxyInstance(
                    Admin.class.getClassLoader(),
                    new Class<?>[] {Admin.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "describeTopics" -> describe((Collection<?>) arguments[0]);
                        case "createTopics" -> create((Collection<?>) arguments[0]);
                        case "describeConfigs" -> settings((Collection<?>) arguments[0]);
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }

        private DescribeTopicsResult describe(Collection<?> topics) {
            Map<String, KafkaFuture<TopicDescription>> answers = new HashMap<>();
            topics.forEach(topic -> answers.put(String.valueOf(topic), description(String.valueOf(topic))));
            return new DescribeTopicsResult(null, answers) {};
        }

        private KafkaFuture<TopicDescription> description(String topic) {
            if (!visible.contains(topic)) {
                return failed(new TopicAuthorizationException("Authorization failed."));
            }
            return missing.contains(topic)
                    ? failed(new UnknownTopicOrPartitionException())
                    : KafkaFuture.completedFuture(new TopicDescription(topic, false, List.of()));
        }

        private CreateTopicsResult create(Collection<?> topics) {
            Map<String, KafkaFuture<CreateTopicsResult.TopicMetadataAndConfig>> answers = new HashMap<>();
            topics.forEach(topic -> {
                created.add(((NewTopic) topic).name());
                answers.put(
                        ((NewTopic) topic).name(), failed(new TopicAuthorizationException("Authorization failed.")));
            });
            return new CreateTopicsResult(answers) {};
        }

        private static DescribeConfigsResult settings(Collection<?> resources) {
            Map<ConfigResource, KafkaFuture<Config>> answers = new HashMap<>();
            resources.forEach(resource -> answers.put(
                    (ConfigResource) resource, failed(new TopicAuthorizationException("Authorization failed."))));
            return new DescribeConfigsResult(answers) {};
        }

        private static <T> KafkaFuture<T> failed(RuntimeException failure) {
            KafkaFutureImpl<T> future = new KafkaFutureImpl<>();
            future.completeExceptionally(failure);
            return future;
        }
    }

    /** A setting of each topic that has it. */
    private static Map<String, String> setting(String name) {
        return TOPICS.all().stream()
                .filter(topic -> setup().settings(topic).containsKey(name))
                .collect(Collectors.toMap(
                        Topics.Topic::name, topic -> setup().settings(topic).get(name)));
    }
}
