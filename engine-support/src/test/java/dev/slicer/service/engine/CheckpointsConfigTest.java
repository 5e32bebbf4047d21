package dev.slicer.service.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.signing.SigningKey;
import dev.slicer.service.testing.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsConfigTest {
    @TempDir
    private Path folder;

    @Test
    void shouldAskForNoSignatureAndSignNothingByDefault() {
        CheckpointsConfig config = config(Map.of());
        assertThat(config.trust().keys()).isEmpty();
        assertThat(config.trust().digestRequired()).isFalse();
        assertThat(config.signer()).isEmpty();
    }

    @Test
    void shouldTrustInTheKeysOfFilesAndFolders() throws IOException {
        // Given
        SigningKey one = SigningKey.create();
        SigningKey two = SigningKey.create();
        Path file = Files.writeString(folder.resolve("one.pem"), one.publicPem());
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Files.writeString(keys.resolve("two.pem"), two.publicPem());
        Path secret = Files.writeString(folder.resolve("secret.pem"), one.privatePem());

        // When
        CheckpointsConfig config = config(Map.of(
                "slicer.checkpoints.trusted-keys",
                file + "," + keys,
                "slicer.checkpoints.signing-key",
                secret.toString(),
                "slicer.checkpoints.require-digest",
                "true"));

        // Then
        assertThat(config.trust().keys().orElseThrow().ids()).containsExactly(one.id(), two.id());
        assertThat(config.trust().digestRequired()).isTrue();
        assertThat(config.signer().orElseThrow().id()).isEqualTo(one.id());
    }

    @Test
    void shouldNameTheKeyOfASettingWhoseFileIsNone() {
        Path missing = folder.resolve("missing.pem");
        assertThatThrownBy(() -> config(Map.of("slicer.checkpoints.trusted-keys", missing.toString()))
                        .trust())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slicer.checkpoints.trusted-keys: " + missing + ": there is no such file");
        assertThatThrownBy(() -> config(Map.of("slicer.checkpoints.signing-key", missing.toString()))
                        .signer())
                .hasMessage("slicer.checkpoints.signing-key: " + missing + ": there is no such file");
    }

    private static CheckpointsConfig config(Map<String, String> settings) {
        return Settings.of(CheckpointsConfig.class, settings);
    }
}
