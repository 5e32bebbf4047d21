package dev.slicer.service.health;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.MissingRights;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.access.Task;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.testing.SecuredKafka;
import dev.slicer.kafka.topics.TopicSetup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RightsHealthTest {
    private static final Topics TOPICS = new Topics("healthy.");

    @Test
    void shouldSayWhoLacksWhichRightOnWhatAndStayUp() throws Exception {
        // Given: topics of others, and a service that may tag documents but for one right
        List<Right> needed = new Access(TOPICS)
                .of(List.of(Task.DOCUMENTS)).stream()
                        .filter(right -> right.need() == Need.ALWAYS)
                        .toList();
        Right taken = needed.stream()
                .filter(right -> right.toString().equals("Write on topic healthy.entities"))
                .findFirst()
                .orElseThrow();
        try (Admin administrator = SecuredKafka.administrator().admin();
                Admin own = SecuredKafka.clients("inference").admin();
                TopicSetup others = setup(SecuredKafka.administrator(), List.of());
                TopicSetup setup = setup(SecuredKafka.clients("inference"), needed)) {
            others.createMissing(administrator);
            Answers.of(administrator
                    .createAcls(needed.stream()
                            .filter(right -> !right.equals(taken))
                            .map(right -> right.binding("User:inference"))
                            .toList())
                    .all());
            await("the other rights")
                    .until(() -> new MissingRights(own).of(needed).equals(List.of(taken)));

            // When
            setup.start(Duration.ofSeconds(30));

            // Then
            await("the right to be missed")
                    .untilAsserted(() -> assertThat(health(setup).getData())
                            .contains(Map.of(
                                    "problem", "User:inference lacks the right Write on topic healthy.entities")));
        }
    }

    @Test
    void shouldSayNothingOfAServiceThatLacksNone() throws Exception {
        // Given
        try (TopicSetup setup = setup(SecuredKafka.administrator(), new Access(TOPICS).of(List.of(Task.DOCUMENTS)))) {
            // When
            setup.start(Duration.ofSeconds(30));

            // Then
            assertThat(health(setup).getData()).isEmpty();
        }
    }

    private static HealthCheckResponse health(TopicSetup setup) {
        HealthCheckResponse response = new RightsHealth(setup).call();
        assertThat(response.getName()).isEqualTo("rights");
        assertThat(response.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        return response;
    }

    private static TopicSetup setup(KafkaClients clients, List<Right> needed) {
        return new TopicSetup(
                clients.common(), TOPICS, new TopicSetup.Wanted(true, 1, Optional.empty()), new RecordSizes(), needed);
    }
}
