package dev.slicer.trainer;

import dev.slicer.broker.LocalBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real broker and an empty checkpoint store for the tests of a run. */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
    private static final Path TARGET = Path.of("target");

    private LocalBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            broker = LocalBroker.start(Files.createTempDirectory(TARGET, "slicer-broker"));
            return Map.of(
                    "kafka.bootstrap.servers",
                    broker.bootstrapServers(),
                    "slicer.checkpoints.store",
                    Files.createTempDirectory(TARGET, "slicer-store")
                            .toAbsolutePath()
                            .toString(),
                    "slicer.trainer.work-folder",
                    Files.createTempDirectory(TARGET, "slicer-work")
                            .toAbsolutePath()
                            .toString(),
                    "slicer.trainer.progress-interval",
                    "50ms");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
    }
}
