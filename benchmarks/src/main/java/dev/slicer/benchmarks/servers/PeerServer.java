package dev.slicer.benchmarks.servers;

import dev.slicer.benchmarks.subjects.SubjectProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A server of somebody else's, started by one of the scripts in {@code peers}. */
public record PeerServer(SubjectProcess process, URI address) implements Server {

    /**
     * @param cache folder for what the script makes once
     * @throws IOException when it can't be started or ends before it listens
     */
    public static PeerServer start(String name, Path python, Path script, Path checkpoint, Path cache)
            throws IOException {
        int port = Server.freePort();
        List<String> command = List.of(
                python.toString(), script.toString(), checkpoint.toString(), Integer.toString(port), cache.toString());
        return new PeerServer(SubjectProcess.start(name, command, Map.of()), URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public String description() {
        return process.description();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
