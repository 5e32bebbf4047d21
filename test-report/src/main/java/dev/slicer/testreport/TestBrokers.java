package dev.slicer.testreport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which Kafka the tests of a build used; each module notes it. */
final class TestBrokers {
    private static final String NOTE = "target/test-broker.txt";

    private TestBrokers() {}

    /** Empty where no test of the build needed a broker. */
    static Optional<String> line(Path root, Instant begun) throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> modules = Files.list(root)) {
            for (Path module : modules.toList()) {
                Path note = module.resolve(NOTE);
                if (Files.isRegularFile(note)
                        && !Files.getLastModifiedTime(note).toInstant().isBefore(begun)) {
                    used.add(Files.readString(note).strip());
                }
            }
        }
        return used.isEmpty()
                ? Optional.empty()
                : Optional.of("Brokers of the tests were " + String.join("; ", used) + ".");
    }
}
