package dev.slicer.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * A real single-node Apache Kafka (KRaft, broker and controller in one) in a process of its own, listening on
 * 127.0.0.1 only. It ends with this process, however this process ends.
 *
 * <p>Kafka's jars are taken from the folder that system property {@value #LIB_PROPERTY} names; the build puts them into
 * {@code slicer-broker/kafka/target/lib}.
 */
public final class LocalBroker implements AutoCloseable {
    /** System property: folder with the jars of Apache Kafka's broker. */
    public static final String LIB_PROPERTY = "slicer.broker.lib";

    private static final String HOST = "127.0.0.1";
    private static final String CLUSTER_ID = "c2xpY2VyLWxvY2FsLWticg";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String STARTED = "Kafka Server started";
    private static final int CHOSEN_PORT_ATTEMPTS = 3;
    private static final int LOG_TAIL_LINES = 25;

    private final Path dataFolder;
    private final Path lib;
    private final int port;
    private ChildJvm process;

    private LocalBroker(Path dataFolder, Path lib, int port, ChildJvm process) {
        this.dataFolder = dataFolder;
        this.lib = lib;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts a broker on a free port and waits until it serves.
     *
     * @param dataFolder created where absent; the topics of an earlier broker in it are served again
     * @throws BrokerException when it does not start, with the tail of its log
     */
    public static LocalBroker start(Path dataFolder) {
        // A port that was free a moment ago can be taken before the broker binds it.
        for (int attempt = 1; ; attempt++) {
            try {
                return start(dataFolder, freePort());
            } catch (PortInUseException taken) {
                if (attempt == CHOSEN_PORT_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    /**
     * Starts a broker on a port of the caller's choice and waits until it serves.
     *
     * @throws BrokerException when it does not start, also when the port is in use
     */
    public static LocalBroker start(Path dataFolder, int port) {
        Path folder = dataFolder.toAbsolutePath();
        Path lib = libFolder();
        return new LocalBroker(folder, lib, port, launch(folder, lib, port));
    }

    /** {@code host:port} for a client's {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** The broker's log. */
    public Path log() {
        return dataFolder.resolve("broker.log");
    }

    /** Whether the broker's process runs. */
    public synchronized boolean isAlive() {
        return process.isAlive();
    }

    /** Id of the broker's process; another one after {@link #restart()}. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Ends the broker as a crash would (SIGKILL). {@link #restart()} brings it back with its data. */
    public synchronized void kill() {
        process.kill();
    }

    /**
     * Starts the broker again on the same port and data, stopping it first where it runs.
     *
     * @throws BrokerException when it does not start
     */
    public synchronized void restart() {
        process.close();
        process = launch(dataFolder, lib, port);
    }

    /** Stops the broker; the data folder stays. */
    @Override
    public synchronized void close() {
        process.close();
    }

    private static ChildJvm launch(Path dataFolder, Path lib, int port) {
        requireFree(port);
        ChildJvm process;
        try {
            Files.createDirectories(dataFolder);
            Path logging = dataFolder.resolve("log4j2.properties");
            try (InputStream resource = LocalBroker.class.getResourceAsStream("broker-log4j2.properties")) {
                Files.copy(resource, logging, StandardCopyOption.REPLACE_EXISTING);
            }
            Path configuration = dataFolder.resolve("server.properties");
            Files.writeString(configuration, configuration(dataFolder, port, freePort()));
            process = ChildJvm.start(new ChildJvm.Command(
                    List.of(
                            "-Xmx384m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Dlog4j2.configurationFile=" + logging),
                    List.of(lib + "/*"),
                    BrokerMain.class.getName(),
                    List.of(configuration.toString(), CLUSTER_ID),
                    Map.of(),
                    dataFolder.resolve("broker.log"),
                    dataFolder));
        } catch (IOException cause) {
            throw new BrokerException("cannot prepare the broker's folder " + dataFolder + ": " + cause, cause);
        }
        awaitStarted(process, port);
        return process;
    }

    private static void awaitStarted(ChildJvm process, int port) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!process.output().contains(STARTED)) {
            Optional<String> failure = Optional.empty();
            if (!process.isAlive()) {
                failure = Optional.of("the broker ended with status " + process.exitStatus() + " while starting");
            } else if (System.nanoTime() > deadline) {
                failure = Optional.of("the broker did not start within " + START_LIMIT.toSeconds() + " s");
            }
            if (failure.isPresent()) {
                process.kill();
                String tail = process.outputTail(LOG_TAIL_LINES);
                if (tail.contains("Address already in use")) {
                    throw new PortInUseException(port);
                }
                throw new BrokerException(failure.get() + "; end of " + process.log() + ":\n" + tail);
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                process.kill();
                Thread.currentThread().interrupt();
                throw new BrokerException("interrupted while the broker was starting", interrupted);
            }
        }
    }

    private static String configuration(Path dataFolder, int port, int controllerPort) throws IOException {
        Properties configuration = new Properties();
        configuration.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "controller.quorum.voters",
                "1@" + HOST + ":" + controllerPort,
                "listeners",
                "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort,
                "advertised.listeners",
                "PLAINTEXT://" + HOST + ":" + port,
                "controller.listener.names",
                "CONTROLLER",
                "log.dirs",
                dataFolder.resolve("topics").toString()));
        // One node holds everything, so no internal topic can have more than one replica.
        configuration.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "share.coordinator.state.topic.num.partitions", "4",
                "group.initial.rebalance.delay.ms", "0"));
        StringWriter text = new StringWriter();
        configuration.store(text, null);
        return text.toString();
    }

    private static Path libFolder() {
        String folder = System.getProperty(LIB_PROPERTY, "");
        if (folder.isEmpty()) {
            throw new BrokerException("system property " + LIB_PROPERTY + " must name the folder with Kafka's jars");
        }
        Path lib = Path.of(folder).toAbsolutePath();
        if (!Files.isDirectory(lib)) {
            throw new BrokerException(lib + " (system property " + LIB_PROPERTY
                    + ") does not exist; build the module slicer-broker/kafka to fill it");
        }
        return lib;
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        } catch (IOException inUse) {
            throw new PortInUseException(port);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException cause) {
            throw new UncheckedIOException("no free port on " + HOST, cause);
        }
    }

    private static final class PortInUseException extends BrokerException {
        private static final long serialVersionUID = 1L;

        PortInUseException(int port) {
            super("port " + port + " on " + HOST + " is in use; stop what listens there or choose another port");
        }
    }
}
