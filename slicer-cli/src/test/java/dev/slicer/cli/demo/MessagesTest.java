package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.testbroker.TestBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MessagesTest {
    private static final Topics TOPICS = Topics.defaults();

    @TempDir
    Path folder;

    @Test
    void shouldFollowAJobToItsEndAmongOthers() {
        try (TestBroker broker = TestBroker.start(folder);
                Messages messages = new Messages(
                        Map.of("bootstrap.servers", broker.bootstrapServers()), TOPICS, Clock.systemUTC())) {
            // Given
            TrainingStatus running = TrainingStatus.of("mine", State.RUNNING, "fine-tuning");
            messages.send(
                    TOPICS.trainingProgress(),
                    List.of(
                            TrainingStatus.of("other", State.FAILED, "no corpus"),
                            TrainingStatus.of("stopped", State.CANCELLED, "cancelled on request"),
                            running,
                            succeeded("mine")));
            List<TrainingStatus> seen = new ArrayList<>();

            // When
            TrainingStatus end = messages.follow("mine", seen::add, () -> {});

            // Then
            assertThat(end).isEqualTo(succeeded("mine"));
            assertThat(seen).containsExactly(running, succeeded("mine"));
            assertThat(messages.follow("stopped", status -> {}, () -> {}).state())
                    .isEqualTo(State.CANCELLED);

            // And when the job's process is gone
            assertThatThrownBy(() -> messages.follow("unheard of", seen::add, () -> {
                        throw new DemoException("the trainer service ended");
                    }))
                    .isInstanceOf(DemoException.class)
                    .hasMessage("the trainer service ended");
        }
    }

    private static TrainingStatus succeeded(String jobId) {
        String json = "{\"jobId\":\"%s\",\"state\":\"SUCCEEDED\",\"message\":\"published\",\"step\":3,\"totalSteps\":3,"
                + "\"epoch\":1,\"loss\":0.25,\"tokensPerSecond\":800,\"checkpointId\":\"a-checkpoint\"}";
        return EventJson.read(json.formatted(jobId).getBytes(StandardCharsets.UTF_8), TrainingStatus.class);
    }
}
