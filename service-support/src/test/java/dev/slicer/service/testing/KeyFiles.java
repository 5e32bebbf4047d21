package dev.slicer.service.testing;

import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** Keys for a service's tests, one for each role, called as the role is; the same as long as the tests run. */
public final class KeyFiles {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<Role, ApiKey> KEYS = Arrays.stream(Role.values())
            .collect(Collectors.toMap(
                    role -> role, role -> ApiKey.create(RANDOM), (a, b) -> a, () -> new EnumMap<>(Role.class)));

    private KeyFiles() {}

    public static String of(Role role) {
        return KEYS.get(role).text();
    }

    /** A new file with the four. */
    public static Path written() {
        try {
            Path file = Files.createTempFile(Files.createDirectories(Path.of("target")), "keys", ".jsonl");
            Files.writeString(
                    file,
                    KEYS.entrySet().stream()
                            .map(key -> line(key.getValue(), key.getKey().id(), Set.of(key.getKey())))
                            .collect(Collectors.joining("\n")));
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String line(ApiKey key, String name, Set<Role> roles) {
        return KeyEntry.of(key, name, roles, OptionalDouble.empty(), Optional.empty(), RANDOM)
                .toLine();
    }

    /** Settings of a service that takes the four. */
    public static Map<String, String> settings() {
        return Map.of(
                "slicer.security.mode", "api-key",
                "slicer.security.api-keys.file", written().toString(),
                "slicer.security.api-keys.reload-every", "100ms");
    }
}
