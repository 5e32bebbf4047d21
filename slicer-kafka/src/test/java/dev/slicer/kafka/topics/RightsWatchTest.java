package dev.slicer.kafka.topics;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Task;
import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.kafka.testing.SecuredKafka;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RightsWatchTest {
    private static final Topics TOPICS = new Topics("watched.");

    @Test
    void shouldStartWhereTopicsMayBeNeitherMadeNorSeenAndTellWhatIsMissingUntilItIsThere() throws Exception {
        // Given: topics of others, and a service that may do nothing yet
        List<Right> needed = new Access(TOPICS).of(List.of(Task.SENDING));
        KafkaClients clients = SecuredKafka.clients("sender");
        try (Admin administrator = SecuredKafka.administrator().admin();
                Admin own = clients.admin()) {
            setup(SecuredKafka.administrator(), List.of()).createMissing(administrator);
            TopicSetup setup = setup(clients, needed);

            // When
            List<String> made = setup.createMissing(own);
            setup.watch(own);

            // Then
            assertThat(made).isEmpty();
            assertThat(setup.ready().toCompletableFuture()).isCompleted();
            assertThat(setup.lackingRights())
                    .containsExactly("User:sender lacks the right Write on topic watched.documents");

            // When: it may, but may not create what is there
            Answers.of(administrator
                    .createAcls(needed.stream()
                            .map(right -> right.binding("User:sender"))
                            .toList())
                    .all());

            // Then
            await("the rights to be seen").until(() -> {
                setup.watch(own);
                return setup.lackingRights().isEmpty();
            });
            assertThat(setup.createMissing(own)).isEmpty();
        }
    }

    private static TopicSetup setup(KafkaClients clients, List<Right> needed) {
        return new TopicSetup(
                clients.common(), TOPICS, new TopicSetup.Wanted(true, 1, Optional.empty()), new RecordSizes(), needed);
    }
}
