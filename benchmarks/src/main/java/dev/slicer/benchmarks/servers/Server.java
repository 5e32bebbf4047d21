package dev.slicer.benchmarks.servers;

import dev.slicer.benchmarks.measuring.ResidentMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/** A server as a process of its own that answers {@code POST /v1/tag} with the entities of one {@code text}. */
public interface Server extends AutoCloseable {
    URI address();

    long pid();

    /** What it is, for people. */
    String description();

    @Override
    void close() throws IOException;

    /** @throws UncheckedIOException on other systems than Linux */
    default ResidentMemory memory() {
        try {
            return ResidentMemory.of(pid())
                    .orElseThrow(() -> new IOException("resident memory is measured on Linux only"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
