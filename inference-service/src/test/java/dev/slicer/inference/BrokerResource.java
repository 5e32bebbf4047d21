package dev.slicer.inference;

import dev.slicer.broker.LocalBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real broker and an empty checkpoint store for a Quarkus test. */
public class BrokerResource implements QuarkusTestResourceLifecycleManager {
    private LocalBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            // Below the build's folder, which is cleaned with it.
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "broker");
            broker = LocalBroker.start(folder.resolve("data"));
            return Map.of(
                    "kafka.bootstrap.servers",
                    broker.bootstrapServers(),
                    "slicer.checkpoints.store",
                    folder.resolve("checkpoints").toUri().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        broker.close();
    }
}
