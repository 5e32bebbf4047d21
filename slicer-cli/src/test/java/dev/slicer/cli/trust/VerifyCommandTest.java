package dev.slicer.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.CheckpointTrust;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.cli.CommandLineFixture;
import dev.slicer.cli.console.TextFile;
import dev.slicer.encoder.TinyModel;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
    @TempDir
    Path home;

    private String secret;
    private String open;
    private String keyId;

    @BeforeEach
    void makeKeys() throws IOException {
        CommandLineFixture slicer = slicer();
        assertThat(slicer.run("keys", home.resolve("trainer").toString(), "--json"))
                .isZero();
        secret = home.resolve("trainer.pem").toString();
        open = home.resolve("trainer.pub.pem").toString();
        keyId = Json.mapper().readTree(slicer.out()).path("id").asText();
    }

    @Test
    void shouldMakeKeysThatNobodyElseCanReadAndOverwriteNone() throws IOException {
        // Then
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(secret))))
                .isEqualTo("rw-------");
        assertThat(SigningKey.read(Path.of(secret)).id()).isEqualTo(keyId);

        // When
        CommandLineFixture again = slicer();
        int exitCode = again.run("keys", home.resolve("trainer").toString());

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(again.err()).isEqualTo("slicer: " + open + " exists already\n");
        assertThat(SigningKey.read(Path.of(secret)).id()).isEqualTo(keyId);
    }

    @Test
    void shouldSayOfAGoodCheckpointWhatIsGood() throws IOException {
        // Given
        Checkpoint published = publish("mine", Optional.of(SigningKey.read(Path.of(secret))));

        // When
        CommandLineFixture slicer = slicer();
        int exitCode = slicer.run("verify", "mine", "--trusted-keys", open, "--digest", published.digest());

        // Then
        assertThat(slicer.out())
                .isEqualTo("good    slicer.json\n"
                        + "good    manifest.sig\n"
                        + "good    config.json\n"
                        + "good    model.safetensors\n"
                        + "good    tokenizer.json\n"
                        + "digest  " + published.digest() + "\n"
                        + "signed  by " + keyId + ", which is trusted\n");
        assertThat(slicer.err()).isEqualTo("mine is good\n");
        assertThat(exitCode).isZero();
    }

    @Test
    void shouldSayOfAnExchangedCheckpointWhatDiffers() throws IOException {
        // Given
        Checkpoint published = publish("mine", Optional.empty());
        Files.writeString(published.folder().resolve("tokenizer.json"), "{}");
        String digest = "sha256:" + "0".repeat(64);

        // When
        CommandLineFixture slicer = slicer();
        int exitCode = slicer.run(
                "verify", published.folder().toString(), "--trusted-keys", open, "--digest", digest, "--json");

        // Then
        assertThat(exitCode).isEqualTo(1);
        JsonNode result = Json.mapper().readTree(slicer.out());
        assertThat(result.path("good").asBoolean()).isFalse();
        assertThat(result.path("digest").asText()).isEqualTo(published.digest());
        assertThat(result.path("findings"))
                .extracting(finding -> finding.path("file").asText() + " "
                        + finding.path("problem").asText())
                .satisfiesExactly(
                        finding -> assertThat(finding).startsWith("slicer.json has the digest " + published.digest()),
                        finding ->
                                assertThat(finding).startsWith("manifest.sig file is missing: the checkpoint is not"),
                        finding -> assertThat(finding).isEqualTo("config.json "),
                        finding -> assertThat(finding).isEqualTo("model.safetensors "),
                        finding -> assertThat(finding).startsWith("tokenizer.json has 2 bytes where "));
    }

    @Test
    void shouldSayThatASignatureWasNotChecked() throws IOException {
        // Given
        publish("mine", Optional.of(SigningKey.read(Path.of(secret))));

        // When
        CommandLineFixture slicer = slicer();
        int exitCode = slicer.run("verify", "mine");

        // Then
        assertThat(exitCode).isZero();
        assertThat(slicer.out()).contains("signed  by " + keyId + ", as it says; --trusted-keys would check it\n");
    }

    @Test
    void shouldTakeNoHalfADigest() {
        CommandLineFixture slicer = slicer();
        assertThat(slicer.run("verify", "mine", "--digest", "0a")).isEqualTo(2);
        assertThat(slicer.err()).startsWith("slicer: --digest must be sha256: and 64 hexadecimal digits in lower case");
    }

    @Test
    void shouldSayThatThereIsNoSuchCheckpoint() {
        CommandLineFixture slicer = slicer();
        assertThat(slicer.run("verify", "nowhere")).isEqualTo(1);
        assertThat(slicer.err()).endsWith("nowhere: there is no such checkpoint\n");
    }

    @Test
    void shouldUseOnlyWhatATrustedKeyHasSigned() throws IOException {
        // Given
        publish("unsigned", Optional.empty());

        // When
        CommandLineFixture tag = slicer();
        CommandLineFixture trim = slicer();
        CommandLineFixture latest = slicer();

        // Then
        assertThat(tag.run("tag", "--checkpoint", "unsigned", "--trusted-keys", open, "Nyeri"))
                .isEqualTo(1);
        assertThat(tag.err()).contains("manifest.sig: file is missing: the checkpoint is not signed");
        assertThat(trim.run("trim", "--checkpoint", "unsigned", "--language", "sw", "--trusted-keys", open))
                .isEqualTo(1);
        assertThat(trim.err()).contains("the checkpoint is not signed");
        assertThat(latest.run("tag", "--trusted-keys", open, "Nyeri")).isEqualTo(1);
        assertThat(latest.err()).contains("there is no checkpoint in " + home.resolve("checkpoints"));
    }

    @Test
    void shouldScoreOnlySnapshotsThatATrustedKeyHasSigned() throws IOException {
        // Given
        publish("last", Optional.of(SigningKey.read(Path.of(secret))));
        Path snapshot = publish("snapshot", Optional.empty()).folder();

        // When
        CommandLineFixture slicer = slicer();
        int exitCode = slicer.run(
                "evaluate-run",
                "--checkpoint",
                "last",
                "--snapshot",
                "1=" + snapshot,
                "--average-last",
                "2",
                "--test",
                "sw=sample:sw.test",
                "--benchmark",
                "sample",
                "--results",
                home.resolve("scores.jsonl").toString(),
                "--trusted-keys",
                open);

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).contains(snapshot + "/manifest.sig: file is missing: the checkpoint is not signed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "average --checkpoint mine mine",
                "trim --checkpoint mine --language sw",
                "attention --model mine --corpus sample:sw.test"
            })
    void shouldMakeNothingOfACheckpointThatIsExchangedAfterItWasChecked(String command) throws IOException {
        // Given
        Path config = publish("mine", Optional.empty()).folder().resolve("config.json");
        byte[] other = Files.readAllBytes(config);
        other[other.length / 2] ^= 1;

        // When
        CommandLineFixture slicer =
                slicer().withExchange(folder -> TextFile.replace(config, new String(other, StandardCharsets.UTF_8)));
        int exitCode = slicer.run(command.split(" "));

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(slicer.err()).endsWith("slicer: " + config + ": was changed while it was loaded\n");
        assertThat(home.resolve("checkpoints").toFile().list()).containsExactly("mine");
    }

    @Test
    void shouldSignWhatIsMadeOfOthers() throws IOException {
        // Given
        SigningKey key = SigningKey.read(Path.of(secret));
        publish("one", Optional.of(key));
        publish("two", Optional.of(key));

        // When
        CommandLineFixture average = slicer();
        int exitCode = average.run(
                "average",
                "--checkpoint",
                "one",
                "two",
                "--output",
                home.resolve("checkpoints/average").toString(),
                "--trusted-keys",
                open,
                "--signing-key",
                secret);

        // Then
        assertThat(average.err()).isEqualTo("averaging 2 checkpoints\n");
        assertThat(exitCode).isZero();
        assertThat(slicer().run("verify", "average", "--trusted-keys", open)).isZero();
    }

    @Test
    void shouldSayWhatIsWrongWithAKeyBeforeTheWork() throws IOException {
        // Given
        publish("one", Optional.empty());

        // When
        CommandLineFixture average = slicer();
        int exitCode = average.run("average", "--checkpoint", "one", "one", "--signing-key", open);

        // Then
        assertThat(exitCode).isEqualTo(1);
        assertThat(average.err()).isEqualTo("slicer: " + open + ": has a block PUBLIC KEY, expected one PRIVATE KEY\n");
    }

    private CommandLineFixture slicer() {
        return new CommandLineFixture(home);
    }

    private Checkpoint publish(String id, Optional<SigningKey> key) throws IOException {
        Path staged = TinyModel.write(home.resolve("staged-" + id));
        Path config = staged.resolve("config.json");
        String labels = "{\"id2label\": {\"0\": \"O\", \"1\": \"B-PER\", \"2\": \"I-PER\"}, ";
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", labels));
        return new FileCheckpointStore(home.resolve("checkpoints"), CheckpointTrust.inAll(), key)
                .publish(
                        staged,
                        new Manifest(
                                id,
                                Instant.parse("2026-11-22T10:00:00Z"),
                                List.of(),
                                "mbert",
                                TinyModel.HIDDEN_SIZE,
                                8,
                                Map.of(),
                                42,
                                List.of("O", "B-PER", "I-PER"),
                                Map.of(),
                                Map.of()));
    }
}
