package dev.slicer.kafka.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Right.Need;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AccessTest {
    private static final Topics TOPICS = Topics.defaults();
    private final Access access = new Access(TOPICS);

    @Test
    void shouldLetNobodyButEvaluatorsAndPeopleGiveOrders() {
        assertThat(writers(TOPICS.checkpointEvents())).containsExactly(Grantee.EVALUATOR, Grantee.OPERATOR);
    }

    @Test
    void shouldLetEachServiceTellItsOwn() {
        assertThat(writers(TOPICS.checkpointTelemetry())).containsExactly(Grantee.INFERENCE);
        assertThat(writers(TOPICS.checkpoints())).containsExactly(Grantee.TRAINER);
        assertThat(writers(TOPICS.trainingProgress())).containsExactly(Grantee.TRAINER);
        assertThat(writers(TOPICS.entities())).containsExactly(Grantee.INFERENCE);
        assertThat(writers(TOPICS.scores())).containsExactly(Grantee.EVALUATOR);
        assertThat(writers(TOPICS.trialAnswers())).containsExactly(Grantee.EVALUATOR);
        assertThat(writers(TOPICS.trialDocuments())).containsExactly(Grantee.EVALUATOR);
    }

    /** So that several systems can share brokers. */
    @Test
    void shouldNeedNothingWithoutThePrefixButWhatIsKafkasOwn() {
        Access others = new Access(new Topics("staging."));

        for (Grantee grantee : Grantee.values()) {
            assertThat(others.of(grantee))
                    .filteredOn(right -> right.need() != Need.WELCOME)
                    .isNotEmpty()
                    .allSatisfy(right -> assertThat(right.resource().name()).startsWith("staging."));
        }
    }

    @Test
    void shouldNotGiveARightThatAnotherOneIncludes() {
        for (Grantee grantee : Grantee.values()) {
            List<Right> rights = access.of(grantee);
            for (Right right : rights) {
                List<Right> wider = new ArrayList<>(rights);
                wider.removeIf(other -> other.equals(right)
                        || !other.isPrefixed()
                        || other.operation() != right.operation()
                        || other.resource().resourceType() != right.resource().resourceType()
                        || !right.resource().name().startsWith(other.resource().name()));
                assertThat(wider).as("%s, %s", grantee, right).isEmpty();
            }
        }
    }

    @Test
    void shouldPrintWhatKafkaAclsTakes() {
        assertThat(AclScript.lines(
                        "--bootstrap-server localhost:9092",
                        "User:CN=inference,O=a b",
                        access.of(List.of(Task.TRIALS)).stream()
                                .filter(right -> right.need() == Need.ALWAYS)
                                .filter(right -> right.resource().resourceType() != ResourceType.TOPIC
                                        || right.operation() == AclOperation.READ)
                                .toList()))
                .containsExactly(
                        "kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal 'User:CN=inference,O=a b'"
                                + " --operation Read --topic slicer.trial-documents --resource-pattern-type literal",
                        "kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal 'User:CN=inference,O=a b'"
                                + " --operation Read --group slicer.inference-trials --resource-pattern-type literal",
                        "kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal 'User:CN=inference,O=a b'"
                                + " --operation Write --transactional-id slicer.inference- --resource-pattern-type prefixed");
    }

    private List<Grantee> writers(String topic) {
        return List.of(Grantee.values()).stream()
                .filter(grantee -> access.of(grantee).stream()
                        .anyMatch(right -> right.operation() == AclOperation.WRITE
                                && right.resource().resourceType() == ResourceType.TOPIC
                                && right.resource().name().equals(topic)))
                .toList();
    }
}
