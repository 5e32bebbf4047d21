package dev.slicer.service.testing;

import dev.slicer.testbroker.TestBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A real broker and an empty checkpoint store for a service's tests; arguments are taken as configuration. */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
    private Map<String, String> configuration = Map.of();
    private Optional<TestBroker> broker = Optional.empty();

    @Override
    public void init(Map<String, String> arguments) {
        configuration = Map.copyOf(arguments);
    }

    @Override
    public Map<String, String> start() {
        try {
            // Below the build's folder, which is cleaned with it.
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "slicer-broker")
                    .toAbsolutePath();
            TestBroker started = TestBroker.start(folder.resolve("data"));
            broker = Optional.of(started);
            Map<String, String> all = new HashMap<>(configuration);
            all.put("kafka.bootstrap.servers", started.bootstrapServers());
            all.put("slicer.checkpoints.store", folder.resolve("checkpoints").toString());
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        broker.ifPresent(TestBroker::close);
    }
}
