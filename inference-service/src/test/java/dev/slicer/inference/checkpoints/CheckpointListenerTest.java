package dev.slicer.inference.checkpoints;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.CheckpointTelemetry.Kind;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Topics;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.TestCheckpoints;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.service.testing.BrokerResource;
import dev.slicer.service.testing.Management;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "slicer.inference.serve", value = "newest"),
            @ResourceArg(name = "slicer.inference.instance", value = "inference-7")
        })
class CheckpointListenerTest {
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

    @Inject
    @Identifier("default-kafka-broker")
    Map<String, Object> kafka;

    @Inject
    KafkaClients clients;

    @TempDir
    Path folder;

    private TestTopics records;
    private TestCheckpoints checkpoints;

    @BeforeEach
    void connect() {
        records = new TestTopics(clients);
        checkpoints = new TestCheckpoints(store, folder, clock);
    }

    @AfterEach
    void disconnect() {
        records.close();
    }

    @Test
    void shouldServeNewestIntactCheckpointAndTagDocumentsWithIt() throws Exception {
        // Given: the service started with no checkpoint and made its topics
        try (Admin admin = Admin.create(kafka)) {
            Map<String, TopicDescription> found = admin.describeTopics(
                            topics.all().stream().map(Topics.Topic::name).toList())
                    .allTopicNames()
                    .get();
            assertThat(found.get(topics.checkpoints()).partitions()).hasSize(1);
            assertThat(found.get(topics.documents()).partitions()).hasSize(3);
        }
        assertThat(models.current()).isEmpty();

        // When: a record that is no announcement, then a checkpoint
        records.send(new ProducerRecord<>(topics.checkpoints(), new byte[] {1}, new byte[] {2}));
        announce("first", publish("first"));
        await("first to serve").until(() -> serves("first"));

        // Then: the stream tags with it
        records.send(events.write(topics.documents(), new DocumentEvent("d", "Maathai", Optional.empty(), List.of())));
        EntitiesEvent entities = KafkaEvents.read(
                records.await(topics.entities(), 1, record -> true).get(0), EntitiesEvent.class);
        assertThat(entities.modelId()).isEqualTo("first");
        assertThat(entities.entities()).hasSize(1);

        // When: the next one is damaged after it was published
        URI damaged = publish("second");
        Files.writeString(Path.of(damaged).resolve("model.safetensors"), "damaged");
        announce("second", damaged);
        await("second to be refused").until(() -> models.lastFailure().isPresent());

        // Then
        assertThat(models.lastFailure().orElseThrow().reason()).contains("model.safetensors");
        assertThat(serves("first")).isTrue();

        // When
        announce("third", publish("third"));
        await("third to serve").until(() -> serves("third"));

        // Then
        when().get(Management.at("/q/health"))
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'records' }.data.passedOver", equalTo(0))
                .body(
                        "checks.find { it.name == 'SmallRye Reactive Messaging - liveness check' }.data.'checkpoints-in'",
                        equalTo("[OK]"));
        assertThat(when().get(Management.at("/q/metrics")).then().extract().asString())
                .contains("quarkus_messaging_message_count_total{channel=\"checkpoints-in\"}")
                .contains("quarkus_messaging_message_acks_total{channel=\"checkpoint-telemetry-out\"}")
                .contains(
                        "kafka_consumer_fetch_manager_records_consumed_total{client_id=\"kafka-consumer-checkpoints-in\"");
        assertThat(models.lastFailure()).isEmpty();

        // When: somebody switches back, and the topic tells again of the one that was left
        given().contentType("application/json")
                .post("/v1/models/previous")
                .then()
                .statusCode(200);
        assertThat(serves("first")).isTrue();
        announce("third", URI.create("file:///third"));
        announce("fourth", publish("fourth"));
        await("fourth to serve").until(() -> serves("fourth"));

        // Then: one that is new is loaded as ever, and the one left was not in between
        assertThat(models.previous().orElseThrow().modelId()).isEqualTo("first");

        // And: each time that a model was loaded, or could not be, is told once
        List<CheckpointTelemetry> told = records.await(topics.checkpointTelemetry(), 5, record -> true).stream()
                .map(record -> KafkaEvents.read(record, CheckpointTelemetry.class))
                .toList();
        assertThat(told)
                .extracting(event -> event.checkpointId() + " " + event.kind())
                .containsExactlyInAnyOrder(
                        "first SERVED", "second LOAD_FAILED", "third SERVED", "first SERVED", "fourth SERVED");
        assertThat(told).allSatisfy(event -> {
            assertThat(event.instance()).isEqualTo("inference-7");
            assertThat(event.reason().orElseThrow())
                    .matches(
                            event.kind() == Kind.SERVED
                                    ? "(switched to by anonymous, )?loaded in [0-9]+\\.[0-9] s"
                                    : "(?s).*model\\.safetensors.*");
        });
        assertThat(records.held(topics.checkpointEvents())).isEmpty();
    }

    private boolean serves(String modelId) {
        return models.current().filter(model -> model.modelId().equals(modelId)).isPresent();
    }

    private URI publish(String id) {
        return checkpoints.publish(id);
    }

    private void announce(String id, URI uri) {
        records.send(events.write(topics.checkpoints(), checkpoints.announcement(id, uri)));
    }
}
