package dev.slicer.inference.checkpoints;

import static dev.slicer.kafka.testing.Patience.await;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that cannot be loaded when they are announced, and can be later or never. */
@QuarkusTest
@QuarkusTestResource(
        value = BrokerResource.class,
        restrictToAnnotatedClass = true,
        initArgs = {
            @ResourceArg(name = "slicer.inference.serve", value = "newest"),
            @ResourceArg(name = "slicer.checkpoints.signing-key", value = LateCheckpointTest.KEYS + "rfc8032.pem"),
            @ResourceArg(name = "slicer.checkpoints.trusted-keys", value = LateCheckpointTest.KEYS + "rfc8032.pub.pem")
        })
class LateCheckpointTest {
    static final String KEYS = "../slicer-model/src/test/resources/dev/slicer/checkpoint/signing/";

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            byte-of-weights    | model.safetensors: has SHA-256
            byte-of-config     | config.json: has SHA-256
            byte-of-tokenizer  | tokenizer.json: has SHA-256
            byte-of-manifest   | slicer.json: has the digest sha256:
            other-folder       | slicer.json: has the digest sha256:
            other-signature    | manifest.sig: the signature of sha256:
            no-signature       | manifest.sig: file is missing
            added-file         | vocab.txt: is none of the files that the manifest names
            linked-file        | config.json: is a link
            """)
    void shouldServeOnAndSayWhyWhereACheckpointIsExchanged(String exchange, String reason) throws IOException {
        // Given
        String id = publish(exchange);
        CheckpointPublished announcement = checkpoints.announcement(id);
        exchange(exchange, store.fetch(id).folder());

        // When
        records.send(events.write(topics.checkpoints(), announcement));
        await("a load to fail").until(() -> models.lastFailure(id).isPresent());

        // Then
        assertThat(models.lastFailure(id)).hasValue(Kind.CORRUPT);
        assertThat(models.nextAttempt()).isEmpty();
        assertThat(serves(old)).isTrue();
        when().get(Management.at("/q/health/ready"))
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'model' }.data.refused", equalTo(id))
                .body("checks.find { it.name == 'model' }.data.reason", containsString("/" + reason));
        CheckpointTelemetry told = KafkaEvents.read(
                records.await(
                                topics.checkpointTelemetry(),
                                1,
                                record -> new String(record.key(), StandardCharsets.UTF_8).equals(id))
                        .get(0),
                CheckpointTelemetry.class);
        assertThat(told.kind()).isEqualTo(CheckpointTelemetry.Kind.LOAD_FAILED);
        assertThat(told.reason().orElseThrow()).contains("/" + reason);
    }

    private void exchange(String what, Path place) throws IOException {
        switch (what) {
            case "byte-of-weights" -> change(place.resolve("model.safetensors"));
            case "byte-of-config" -> change(place.resolve("config.json"));
            case "byte-of-tokenizer" -> change(place.resolve("tokenizer.json"));
            case "byte-of-manifest" -> change(place.resolve("slicer.json"));
            case "other-folder" -> {
                Path other = place(publish("other"));
                Files.move(place, place.resolveSibling("." + place.getFileName()));
                Files.move(other, place);
            }
            case "other-signature" ->
                Files.copy(
                        place(publish("other")).resolve("manifest.sig"),
                        place.resolve("manifest.sig"),
                        StandardCopyOption.REPLACE_EXISTING);
            case "no-signature" -> Files.delete(place.resolve("manifest.sig"));
            case "added-file" -> Files.writeString(place.resolve("vocab.txt"), "[PAD]");
            case "linked-file" -> {
                Path config = place.resolve("config.json");
                Files.createSymbolicLink(config, Files.move(config, folder.resolve("config-" + UUID.randomUUID())));
            }
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void change(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
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
        return store.fetch(id).folder();
    }

    private void announce(String id) {
        records.send(events.write(topics.checkpoints(), checkpoints.announcement(id, URI.create("file:///" + id))));
    }
}
