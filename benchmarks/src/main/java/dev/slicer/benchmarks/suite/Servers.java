package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.servers.InferenceServer;
import dev.slicer.benchmarks.servers.PeerServer;
import dev.slicer.benchmarks.servers.Server;
import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import dev.slicer.benchmarks.suite.Benchmark.Peer;
import dev.slicer.benchmarks.workload.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Starts the servers that are compared. */
public record Servers(BenchmarkOptions options, WorkFolder folder) {

    /** A server that is ready; empty for a peer that can't be had, with the reason on standard error. */
    Optional<Server> start(Contestant contestant, Path checkpoint) throws IOException {
        String name = contestant.name();
        Progress.say("starting %s", name);
        Server server;
        if (!(contestant instanceof Peer peer)) {
            server = InferenceServer.ofCheckpoint(
                            options.installation(),
                            Files.createDirectories(folder.path().resolve(name)),
                            checkpoint)
                    .awaitReady();
        } else if (options.python().isEmpty()) {
            Progress.say("%s is not measured: its packages are not there", name);
            return Optional.empty();
        } else {
            try {
                server = PeerServer.start(
                        name,
                        options.python().get(),
                        options.peers().resolve(peer.script()),
                        checkpoint,
                        options.cache());
            } catch (IOException e) {
                Progress.say("%s is not measured: %s", name, e.getMessage());
                return Optional.empty();
            }
        }
        Progress.say("  %s: %s", name, server.description());
        return Optional.of(server);
    }
}
