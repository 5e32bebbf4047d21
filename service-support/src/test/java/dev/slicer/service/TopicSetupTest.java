package dev.slicer.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicSetupTest {
    private static final Topics TOPICS = Topics.defaults();

    @Test
    void shouldKeepForEverWhatIsReadFromTheBeginning() {
        assertThat(setting("retention.ms"))
                .containsEntry("slicer.labelled-documents", "-1")
                .containsEntry("slicer.checkpoint-events", "-1")
                .containsEntry(
                        "slicer.scores", String.valueOf(Duration.ofDays(90).toMillis()))
                .containsEntry(
                        "slicer.training-leases",
                        String.valueOf(Duration.ofDays(1).toMillis()))
                .hasSize(4);
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

    /** A setting of each topic that has it. */
    private static Map<String, String> setting(String name) {
        return TOPICS.all().stream()
                .filter(topic -> TopicSetup.settings(TOPICS, topic).containsKey(name))
                .collect(Collectors.toMap(
                        Topics.Topic::name,
                        topic -> TopicSetup.settings(TOPICS, topic).get(name)));
    }
}
