package dev.slicer.service.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.Role;
import dev.slicer.service.testing.KeyFiles;
import dev.slicer.service.testing.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    private final SecureRandom random = new SecureRandom();
    private final ApiKey old = ApiKey.create(random);
    private final ApiKey next = ApiKey.create(random);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("keys.jsonl"), KeyFiles.line(old, "page", Set.of(Role.TAG)));
    }

    private static Access access(String host, Map<String, String> settings) {
        Map<String, String> named = new HashMap<>();
        settings.forEach((key, value) -> named.put("slicer.security." + key, value));
        return new Access(Settings.of(SecurityConfig.class, named), host, Clock.systemUTC());
    }

    private KeyRing keys() {
        return access("0.0.0.0", Map.of("mode", "api-key", "api-keys.file", file.toString()))
                .keys()
                .orElseThrow();
    }

    @Test
    void shouldTakeNewKeysThatAreWrittenAtOnceWithAsManyBytes() throws IOException {
        // Given
        KeyRing keys = keys();
        FileTime before = Files.getLastModifiedTime(file);

        // When
        Files.writeString(file, KeyFiles.line(next, "page", Set.of(Role.TAG)));
        Files.setLastModifiedTime(file, before);
        keys.refresh();

        // Then
        assertThat(keys.find(next.text())).isPresent();
        assertThat(keys.find(old.text())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "localhost", "::1"})
    void shouldLetEverybodyInOnALoopbackAddress(String host) {
        assertThat(access(host, Map.of()).mode()).isEqualTo(SecurityConfig.Mode.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "10.0.0.7", "127.0.0.1.example.org", "inference"})
    void shouldNotStartOnAnAddressThatOthersReachUnlessToldSoByName(String host) {
        assertThatThrownBy(() -> access(host, Map.of("mode", "none")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("slicer.security.mode is none")
                .hasMessageContaining("quarkus.http.host is " + host)
                .hasMessageContaining("slicer.security.allow-open");
        assertThat(access(host, Map.of("allow-open", "true")).mode()).isEqualTo(SecurityConfig.Mode.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "api-key, '', slicer.security.api-keys.file is missing",
        "api-key, api-keys.file=no/such/file, 'slicer.security.api-keys.file: no/such/file cannot be read'",
        "oidc, oidc.audience=slicer, slicer.security.oidc.issuer is missing",
        "oidc, oidc.issuer=https://id.example.org, slicer.security.oidc.audience is missing"
    })
    void shouldNotStartWithoutWhatItsModeNeeds(String mode, String setting, String problem) {
        // Given
        Map<String, String> settings = new HashMap<>(Map.of("mode", mode));
        if (!setting.isEmpty()) {
            settings.put(setting.split("=")[0], setting.split("=")[1]);
        }

        // Then
        assertThatThrownBy(() -> access("127.0.0.1", settings)).hasMessageStartingWith(problem);
    }

    @Test
    void shouldTakeNewKeysAndDropOldOnesWhenTheFileChanges() throws IOException {
        // Given
        KeyRing keys = keys();

        // When: both, while callers change over
        Files.writeString(
                file,
                KeyFiles.line(old, "page", Set.of(Role.TAG)) + "\n" + KeyFiles.line(next, "page", Set.of(Role.TAG)));
        keys.refresh();

        // Then
        assertThat(keys.find(old.text())).map(KeyEntry::name).hasValue("page");
        assertThat(keys.find(next.text())).map(KeyEntry::name).hasValue("page");

        // When: exchanged as volumes of Kubernetes exchange files
        Path other =
                Files.writeString(folder.resolve("other"), KeyFiles.line(next, "page", Set.of(Role.TAG, Role.READ)));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        keys.refresh();

        // Then
        assertThat(keys.find(old.text())).isEmpty();
        assertThat(keys.find(next.text())).map(KeyEntry::roles).hasValue(Set.of(Role.TAG, Role.READ));
        assertThat(keys.problem()).isEmpty();
    }

    @Test
    void shouldKeepTheKeysWhenTheFileIsBrokenAndSaySo() throws IOException {
        // Given
        KeyRing keys = keys();

        // When
        Files.writeString(file, "{\"name\":");
        keys.refresh();

        // Then
        assertThat(keys.find(old.text())).isPresent();
        assertThat(keys.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("keys.jsonl, line 1"));

        // When
        Files.delete(file);
        keys.refresh();

        // Then
        assertThat(keys.find(old.text())).isPresent();
        assertThat(keys.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("cannot be read"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "slk_", "Bearer", "slk_0123456789ab_short", "slk_0123456789ab_é"})
    void shouldKnowNobodyByWhatIsNoKey(String presented) {
        assertThat(keys().find(presented)).isEmpty();
    }
}
