package dev.slicer.broker;

import static dev.slicer.broker.BrokerProcess.HOST;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntToLongFunction;

/**
 * Stands before all listeners of a cluster's nodes, so that any node can be cut off: its connections then stay open and
 * carry nothing, as when packets are lost. Which node has made a connection is told by Linux ({@code /proc}).
 */
final class Network implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;

    private final IntToLongFunction pids;
    private final List<Integer> nodes;
    private final Set<Integer> cutOff = ConcurrentHashMap.newKeySet();
    private final List<ServerSocket> listeners = new CopyOnWriteArrayList<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

    /** @param pids of the nodes' processes */
    Network(IntToLongFunction pids, Collection<Integer> nodes) {
        this.pids = pids;
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Opens another address of a node's listener.
     *
     * @param address {@code host:port} at which the node listens
     * @return {@code host:port} from which connections are carried there
     */
    String before(int node, String address) {
        try {
            ServerSocket listener = new ServerSocket(0, 128, InetAddress.getByName(HOST));
            listeners.add(listener);
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            start("accept-" + node, () -> accept(listener, node, port));
            return HOST + ":" + listener.getLocalPort();
        } catch (IOException cause) {
            throw new UncheckedIOException("no free port on " + HOST, cause);
        }
    }

    void cutOff(int node) {
        cutOff.add(node);
    }

    void rejoin(int node) {
        cutOff.remove(node);
        // What was lost meanwhile does not come.
        connections.stream().filter(connection -> connection.isOf(node)).forEach(Connection::close);
    }

    @Override
    public void close() {
        listeners.forEach(Network::closeQuietly);
        connections.forEach(Connection::close);
    }

    private void accept(ServerSocket listener, int node, int port) {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Connection connection = new Connection(node, source(client.getPort()), client);
                connections.add(connection);
                start("carry-to-" + node, () -> connection.open(port));
            } catch (IOException closed) {
                // Ends with the listener.
            }
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable open) {
        try {
            open.close();
        } catch (Exception alreadyClosed) {
            // Nothing is left to do.
        }
    }

    /** The node that has made a connection; empty where a client has. */
    private Optional<Integer> source(int port) throws IOException {
        Set<String> inodes = inodes(port);
        for (int node : nodes) {
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(Path.of("/proc/" + pids.applyAsLong(node) + "/fd"))) {
                for (Path file : files) {
                    if (isOneOf(file, inodes)) {
                        return Optional.of(node);
                    }
                }
            } catch (IOException ended) {
                // A node that does not run has no connections.
            }
        }
        return Optional.empty();
    }

    private static boolean isOneOf(Path file, Set<String> inodes) {
        try {
            return inodes.contains(Files.readSymbolicLink(file).toString());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** As {@code /proc/PID/fd} names the sockets that are bound to a port. */
    private static Set<String> inodes(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        Set<String> inodes = ConcurrentHashMap.newKeySet();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            Path path = Path.of(table);
            for (String line : Files.exists(path) ? Files.readAllLines(path) : new ArrayList<String>()) {
                String[] columns = line.trim().split("\\s+");
                if (columns.length > 9 && columns[1].endsWith(local)) {
                    inodes.add("socket:[" + columns[9] + "]");
                }
            }
        }
        return inodes;
    }

    private final class Connection {
        private final int target;
        private final Optional<Integer> source;
        private final Socket client;
        private final Socket node = new Socket();

        Connection(int target, Optional<Integer> source, Socket client) {
            this.target = target;
            this.source = source;
            this.client = client;
        }

        boolean isOf(int id) {
            return target == id || source.filter(from -> from == id).isPresent();
        }

        void open(int port) {
            try {
                awaitPassage();
                node.connect(new InetSocketAddress(HOST, port));
                client.setTcpNoDelay(true);
                node.setTcpNoDelay(true);
                start("carry-from-" + target, () -> carry(node, client));
                carry(client, node);
            } catch (IOException refused) {
                close();
            }
        }

        private void carry(Socket from, Socket to) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    awaitPassage();
                    out.write(buffer, 0, read);
                }
                awaitPassage();
            } catch (IOException ended) {
                // Either side has gone.
            }
            close();
        }

        private void awaitPassage() throws IOException {
            while (cutOff.stream().anyMatch(this::isOf) && !client.isClosed()) {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    throw new IOException(interrupted);
                }
            }
        }

        void close() {
            connections.remove(this);
            closeQuietly(client);
            closeQuietly(node);
        }
    }
}
