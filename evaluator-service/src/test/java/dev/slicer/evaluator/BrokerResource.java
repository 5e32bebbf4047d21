package dev.slicer.evaluator;

import dev.slicer.broker.LocalBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real broker for the tests of a run. */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
    private static final Path TARGET = Path.of("target");

    private LocalBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            broker = LocalBroker.start(Files.createTempDirectory(TARGET, "slicer-broker"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of("kafka.bootstrap.servers", broker.bootstrapServers());
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
    }
}
