package dev.slicer.inference.checkpoints;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
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
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that cannot be loaded when they are announced, and can be later. */
@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = "slicer.inference.serve", value = "newest"))
class LateCheckpointTest {
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
    KafkaClients clients;

    @TempDir
    Path folder;

    private TestTopics records;
    private TestCheckpoints checkpoints;
    private String old;

    @BeforeEach
    void serveAnOldOne() {
        records = new TestTopics(clients);
        checkpoints = new TestCheckpoints(store, folder, clock);
        old = publish("old");
        announce(old);
        awaitServing(old);
    }

    @AfterEach
    void disconnect() {
        records.close();
    }

    @Test
    void shouldServeACheckpointWhenTheVolumeItLiesOnComesLater() throws IOException {
        // Given
        String late = publish("late");
        Path place = place(late);
        Path away = Files.move(place, place.resolveSibling(".away"));

        // When
        announce(late);
        await("a load to fail").until(() -> models.lastFailure(late).isPresent());

        // Then: the old one serves on, and health says that the other is tried again
        assertThat(models.lastFailure(late)).hasValue(Kind.UNAVAILABLE);
        assertThat(serves(old)).isTrue();
        awaitNextAttempt();
        when().get(Management.at("/q/health/ready"))
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'model' }.data.kind", equalTo("UNAVAILABLE"))
                .body("checks.find { it.name == 'model' }.data.triedAgainAt", notNullValue());

        // When
        Files.move(away, place);

        // Then
        awaitServing(late);
        await("nothing to wait").until(() -> models.nextAttempt().isEmpty());
    }

    @Test
    void shouldReadAgainAfterErrorsOfTheDisk() {
        // When
        String broken = publish("io-error-twice");
        announce(broken);

        // Then
        awaitServing(broken);
    }

    @Test
    void shouldLoadAgainWhatDidNotFitIntoMemory() {
        // When
        String large = publish("no-memory-once");
        announce(large);

        // Then
        awaitServing(large);
    }

    @Test
    void shouldRefuseACorruptCheckpointAtOnce() throws IOException {
        // Given
        String damaged = publish("damaged");
        Files.writeString(place(damaged).resolve("model.safetensors"), "damaged");

        // When
        announce(damaged);
        await("a load to fail").until(() -> models.lastFailure(damaged).isPresent());

        // Then
        assertThat(models.lastFailure(damaged)).hasValue(Kind.CORRUPT);
        assertThat(models.nextAttempt()).isEmpty();
        assertThat(serves(old)).isTrue();
    }

    @Test
    void shouldGiveUpWhatIsMissingForANewerOne() throws IOException {
        // Given
        String missing = publish("missing");
        Path place = place(missing);
        Path away = Files.move(place, place.resolveSibling(".missing"));
        announce(missing);
        awaitNextAttempt();

        // When
        String newer = publish("newer");
        announce(newer);
        awaitServing(newer);
        Files.move(away, place);

        // Then
        await("nothing to wait").until(() -> models.nextAttempt().isEmpty());
        assertThat(serves(newer)).isTrue();
    }

    private void awaitNextAttempt() {
        await("a next attempt").until(() -> models.nextAttempt().isPresent());
    }

    private boolean serves(String id) {
        return models.current().filter(model -> model.modelId().equals(id)).isPresent();
    }

    private void awaitServing(String id) {
        await(id + " to serve").until(() -> serves(id));
    }

    /** Under a name that no other test has. */
    private String publish(String name) {
        String id = name + "-" + UUID.randomUUID();
        checkpoints.publish(id);
        return id;
    }

    private Path place(String id) {
        return store.fetch(id);
    }

    private void announce(String id) {
        records.send(events.write(topics.checkpoints(), checkpoints.announcement(id, URI.create("file:///" + id))));
    }
}
