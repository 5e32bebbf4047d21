package dev.slicer.inference;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.testing.TestCheckpoints;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.testing.TestTopics;
import dev.slicer.service.testing.BrokerResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as it is by default: what is announced is a candidate, what is promoted serves. */
@QuarkusTest
@QuarkusTestResource(value = BrokerResource.class, restrictToAnnotatedClass = true)
class PromotionServingTest {
    @Inject
    ServingModel models;

    @Inject
    DocumentStreams streams;

    @Inject
    CheckpointStore store;

    @Inject
    Topics topics;

    @Inject
    KafkaEvents events;

    @Inject
    Clock clock;

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
    void shouldServeWhatIsPromotedAndGoBackWhenThatIsRolledBack() throws Exception {
        // Given: candidates, of which one is tried before any model serves
        for (String id : List.of("first", "second", "third")) {
            announce(id);
        }
        records.send(events.write(
                topics.trialDocuments(),
                new TrialDocument("second", new DocumentEvent("trial", "Maathai", Optional.of("sw"), List.of()))));
        assertThat(KafkaEvents.read(
                                records.await(topics.entities(), 1, record -> true)
                                        .get(0),
                                EntitiesEvent.class)
                        .modelId())
                .isEqualTo("second");
        assertThat(models.current()).isEmpty();

        // When / Then
        step("first", Kind.PROMOTED);
        awaitServing("first");
        step("second", Kind.REFUSED);
        step("third", Kind.PROMOTED);
        awaitServing("third");
        step("third", Kind.ROLLED_BACK);
        awaitServing("first");

        // When: the one that is promoted next is damaged
        URI damaged = checkpoints.publish("fourth");
        Files.writeString(Path.of(damaged).resolve("model.safetensors"), "damaged");
        step("fourth", Kind.PROMOTED);
        await("fourth to be refused").until(() -> models.lastFailure().isPresent());

        // Then: the one before goes on
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("first");

        // When: a person switches back on this instance, and another person promotes that again
        step("third", Kind.PROMOTED);
        awaitServing("third");
        assertThat(models.switchBack("asha")).hasValue(true);
        step("first", Kind.PROMOTED);
        step("third", Kind.PROMOTED);

        // Then
        awaitServing("third");
        assertThat(streams.areAlive()).isTrue();
        assertThat(records.await(topics.checkpointTelemetry(), 5, this::isServed).stream()
                        .map(record -> KafkaEvents.read(record, CheckpointTelemetry.class))
                        .sorted(Comparator.comparing(CheckpointTelemetry::at)))
                .extracting(CheckpointTelemetry::checkpointId)
                .startsWith("first", "third", "first", "third", "first");
    }

    private boolean isServed(org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> record) {
        return KafkaEvents.read(record, CheckpointTelemetry.class).kind() == CheckpointTelemetry.Kind.SERVED;
    }

    private void announce(String id) {
        records.send(events.write(topics.checkpoints(), checkpoints.announcement(id, checkpoints.publish(id))));
    }

    private void step(String id, Kind kind) {
        records.send(events.write(
                topics.checkpointEvents(), CheckpointEvent.of(id, kind, clock.instant(), "somebody", "a test")));
    }

    private void awaitServing(String id) {
        await(id + " to serve")
                .until(() -> models.current()
                        .filter(model -> model.modelId().equals(id))
                        .isPresent());
    }
}
