package dev.slicer.service.testing;

import dev.slicer.access.ApiKey;
import dev.slicer.access.KeyEntry;
import dev.slicer.access.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** Keys for a service's tests: one for each role, called as the role is, and one for all. */
public final class KeyFiles {
    public static final String ASHA = "asha";

    private static final SecureRandom RANDOM = new SecureRandom();

    private KeyFiles() {}

    /** The key of somebody who may do this and nothing else. */
    public static String of(Role role) {
        return key(role.ordinal()).text();
    }

    /** The key of {@value #ASHA}, who may do everything. */
    public static String ofAsha() {
        return key(Role.values().length).text();
    }

    /** The same for all class loaders. */
    private static ApiKey key(int number) {
        return ApiKey.parse(ApiKey.PREFIX + "%012x".formatted(number) + "_"
                        + "for-tests-".repeat(5).substring(7))
                .orElseThrow();
    }

    /** A new file with all of them. */
    public static Path written() {
        try {
            Path file = Files.createTempFile(Files.createDirectories(Path.of("target")), "keys", ".jsonl");
            List<String> lines = new ArrayList<>();
            for (Role role : Role.values()) {
                lines.add(line(key(role.ordinal()), role.id(), Set.of(role)));
            }
            lines.add(line(key(Role.values().length), ASHA, EnumSet.allOf(Role.class)));
            Files.write(file, lines);
            return file.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String line(ApiKey key, String name, Set<Role> roles) {
        return KeyEntry.of(key, name, roles, OptionalDouble.empty(), Optional.empty(), RANDOM)
                .toLine();
    }

    /** Settings of a service that takes them. */
    public static Map<String, String> settings() {
        return Map.of(
                "slicer.security.mode", "api-key",
                "slicer.security.api-keys.file", written().toString(),
                "slicer.security.api-keys.reload-every", "100ms");
    }
}
