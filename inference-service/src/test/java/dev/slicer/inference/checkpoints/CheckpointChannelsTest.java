package dev.slicer.inference.checkpoints;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.slicer.access.Role;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.Event;
import dev.slicer.events.Topics;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.TestCheckpoints;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.testing.KeyFiles;
import dev.slicer.service.testing.Management;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.memory.InMemoryConnector;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done about checkpoints, from channel to channel, without a broker. */
@QuarkusTest
@QuarkusTestResource(value = CheckpointChannelsTest.InMemory.class, restrictToAnnotatedClass = true)
class CheckpointChannelsTest {
    public static final class InMemory implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            Map<String, String> settings = new HashMap<>();
            settings.putAll(
                    InMemoryConnector.switchIncomingChannelsToInMemory("checkpoints-in", "checkpoint-events-in"));
            settings.putAll(InMemoryConnector.switchOutgoingChannelsToInMemory("checkpoint-telemetry-out"));
            settings.put("slicer.topics.create", "false");
            settings.put("slicer.inference.stream.enabled", "false");
            settings.put(
                    "slicer.checkpoints.store",
                    Path.of("target", "in-memory-checkpoints").toString());
            settings.putAll(KeyFiles.settings());
            // Nothing listens there.
            settings.put("kafka.bootstrap.servers", "127.0.0.1:1");
            return settings;
        }

        @Override
        public void stop() {
            InMemoryConnector.clear();
        }
    }

    @Inject
    @Connector("smallrye-in-memory")
    InMemoryConnector connector;

    @Inject
    ServingModel models;

    @Inject
    CheckpointStore store;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    @Inject
    Clock clock;

    @TempDir
    Path folder;

    private long offset;

    @Test
    void shouldServeWhatIsPromotedAndTellSoAndPassOverWhatSaysNothing() {
        // Given
        TestCheckpoints checkpoints = new TestCheckpoints(store, folder, clock);
        String id = "promoted-" + clock.millis();
        arrive("checkpoints-in", topics.checkpoints(), new byte[] {2});

        // When
        promote(checkpoints, id);

        // Then
        awaitTold(id, 1, reason -> reason.startsWith("loaded in "));
        assertThat(when().get(Management.at("/q/metrics")).then().extract().asString())
                .contains("slicer_passed_over_records_total{reason=\"not_json\",topic=\"" + topics.checkpoints()
                        + "\"} 1.0");
    }

    @Test
    void shouldTellWhoSwitchedTheModelBack() {
        // Given: two models that served, one after the other
        TestCheckpoints checkpoints = new TestCheckpoints(store, folder, clock);
        String before = "before-" + clock.millis();
        String after = "after-" + clock.millis();
        promote(checkpoints, before);
        promote(checkpoints, after);

        // When
        given().header("Authorization", "Bearer " + KeyFiles.of(Role.OPERATE))
                .contentType(ContentType.JSON)
                .post("/v1/models/previous")
                .then()
                .statusCode(200)
                .body("current.modelId", equalTo(before));

        // Then: it is told why the model of before serves again
        awaitTold(before, 2, reason -> reason.startsWith("switched to by operate, loaded in "));
    }

    private void promote(TestCheckpoints checkpoints, String id) {
        arrive("checkpoints-in", checkpoints.announcement(id, checkpoints.publish(id)), topics.checkpoints());
        arrive(
                "checkpoint-events-in",
                CheckpointEvent.of(id, Kind.PROMOTED, clock.instant(), "somebody", "it is better"),
                topics.checkpointEvents());
        await(id + " to serve")
                .until(() -> models.current()
                        .filter(model -> model.modelId().equals(id))
                        .isPresent());
    }

    /** The last of so many times that a checkpoint was told of, it was said to serve, and why. */
    private void awaitTold(String id, int times, Predicate<String> reason) {
        await("it to be told").until(() -> told(id).size() >= times);
        assertThat(told(id)).hasSize(times);
        CheckpointTelemetry last = told(id).get(times - 1);
        assertThat(last.kind()).isEqualTo(CheckpointTelemetry.Kind.SERVED);
        assertThat(last.reason()).hasValueSatisfying(why -> assertThat(why).matches(reason));
    }

    private List<CheckpointTelemetry> told(String id) {
        return connector.<ProducerRecord<byte[], byte[]>>sink("checkpoint-telemetry-out").received().stream()
                .map(Message::getPayload)
                .filter(record -> record.topic().equals(topics.checkpointTelemetry()))
                .map(record -> KafkaEvents.read(
                        new ConsumerRecord<>(
                                record.topic(),
                                0,
                                0,
                                0,
                                null,
                                0,
                                0,
                                record.key(),
                                record.value(),
                                record.headers(),
                                Optional.empty()),
                        CheckpointTelemetry.class))
                .filter(telemetry -> telemetry.checkpointId().equals(id))
                .toList();
    }

    private void arrive(String channel, Event event, String topic) {
        ProducerRecord<byte[], byte[]> record = events.write(topic, event);
        arrive(
                channel,
                new ConsumerRecord<>(
                        topic,
                        0,
                        offset++,
                        clock.millis(),
                        null,
                        0,
                        0,
                        record.key(),
                        record.value(),
                        record.headers(),
                        Optional.empty()));
    }

    private void arrive(String channel, String topic, byte[] value) {
        arrive(channel, new ConsumerRecord<>(topic, 0, offset++, new byte[] {1}, value));
    }

    private void arrive(String channel, ConsumerRecord<byte[], byte[]> record) {
        connector
                .source(channel)
                .send(Message.of(record.value(), Metadata.of(new IncomingKafkaRecordMetadata<>(record, channel))));
    }
}
