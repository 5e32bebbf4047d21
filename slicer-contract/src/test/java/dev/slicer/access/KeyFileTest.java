package dev.slicer.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyFileTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private final SecureRandom random = new SecureRandom();
    private final ApiKey key = ApiKey.create(random);

    @TempDir
    Path folder;

    private KeyEntry entry(ApiKey of, String name, Optional<Instant> expires) {
        return KeyEntry.of(of, name, Set.of(Role.TAG, Role.READ), OptionalDouble.of(50), expires, random);
    }

    private KeyFile file(String... lines) throws IOException, KeyFileException {
        return KeyFile.read(Files.writeString(folder.resolve("keys"), String.join("\n", lines)));
    }

    @Test
    void shouldFindTheEntryOfAKeyAndOfNoOther() throws IOException, KeyFileException {
        // Given: two keys of one name, while one is exchanged for the other
        ApiKey next = ApiKey.create(random);
        ApiKey stranger = ApiKey.create(random);
        ApiKey guessed =
                ApiKey.parse(ApiKey.PREFIX + key.id() + "_" + stranger.secret()).orElseThrow();

        // When
        KeyFile keys = file(
                "# the page",
                entry(key, "page", Optional.empty()).toLine(),
                "",
                entry(next, "page", Optional.empty()).toLine());

        // Then
        assertThat(keys.find(key, NOW)).map(KeyEntry::name).hasValue("page");
        assertThat(keys.find(next, NOW)).map(KeyEntry::roles).hasValue(Set.of(Role.TAG, Role.READ));
        assertThat(keys.find(stranger, NOW)).isEmpty();
        assertThat(keys.find(guessed, NOW)).isEmpty();
    }

    @Test
    void shouldFindAKeyUntilItExpires() throws IOException, KeyFileException {
        // When
        KeyFile keys = file(entry(key, "batch", Optional.of(NOW)).toLine());

        // Then
        assertThat(keys.find(key, NOW.minusMillis(1))).isPresent();
        assertThat(keys.find(key, NOW)).isEmpty();
    }

    @Test
    void shouldKeepTheKeyOutOfItsEntryAndOutOfTexts() {
        // When
        KeyEntry entry = entry(key, "page", Optional.empty());

        // Then: half of it would shorten the search for the rest
        assertThat(entry.toLine()).doesNotContain(key.secret().substring(0, 10));
        assertThat(key + "").doesNotContain(key.secret().substring(0, 10));
        assertThat(ApiKey.parse(key.text())).map(ApiKey::text).hasValue(key.text());
    }

    @Test
    void shouldSaltEachEntry() {
        assertThat(entry(key, "page", Optional.empty()).sha256())
                .isNotEqualTo(entry(key, "page", Optional.empty()).sha256());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"expires\" | \"expiry\" | there is no field expiry",
                "[\"tag\",\"read\"] | [] | roles is missing: a key without a role opens nothing",
                "[\"tag\",\"read\"] | [\"admin\"] | is no role; there are tag, read, train, operate",
                "\"requestsPerSecond\":50.0 | \"requestsPerSecond\":0 | requestsPerSecond must be a number above 0",
                "\"name\":\"page\" | \"name\":\"a b\" | name must be up to 100 letters",
                "} | '' | line 2",
            })
    void shouldSayWhichLineIsWrongWithoutShowingItsHash(String right, String wrong, String problem) {
        // Given
        KeyEntry entry = KeyEntry.of(
                key, "page", EnumSet.of(Role.TAG, Role.READ), OptionalDouble.of(50), Optional.of(NOW), random);
        String line =
                entry.toLine().replaceAll("\\[[^]]*]", "[\"tag\",\"read\"]").replace(right, wrong == null ? "" : wrong);

        // Then
        assertThatThrownBy(() -> file("", line))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("keys, line 2")
                .hasMessageContaining(problem)
                .message()
                .doesNotContain(entry.sha256(), entry.salt());
    }

    @Test
    void shouldRefuseTwoEntriesOfOneIdAndAFileThatIsNotThere() {
        assertThatThrownBy(() -> file(
                        entry(key, "a", Optional.empty()).toLine(),
                        entry(key, "b", Optional.empty()).toLine()))
                .hasMessageEndingWith("keys, line 2: the id is that of an earlier line");
        assertThatThrownBy(() -> KeyFile.read(folder.resolve("none"))).hasMessageContaining("none cannot be read");
    }
}
