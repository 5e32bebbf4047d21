package dev.slicer.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** One node of Kafka, broker and controller in one, in a process of its own. */
final class BrokerProcess {
    static final String HOST = "127.0.0.1";

    private static final String CLUSTER_ID = "c2xpY2VyLWxvY2FsLWticg";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final String STARTED = "Kafka Server started";
    private static final int LOG_TAIL_LINES = 25;

    private BrokerProcess() {}

    /**
     * Addresses of a node, each as {@code host:port}.
     *
     * @param clients for clients and other brokers
     * @param controller for other controllers
     */
    record Listeners(String clients, String controller) {}

    /**
     * The settings of a node.
     *
     * @param own where it listens
     * @param advertised where others find it
     * @param voters addresses of all controllers by the nodes' ids; there is a copy of everything on each
     */
    static Properties configuration(
            Path dataFolder, int id, Listeners own, Listeners advertised, Map<Integer, String> voters) {
        Properties configuration = new Properties();
        configuration.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(id),
                "controller.quorum.voters",
                voters.entrySet().stream()
                        .map(voter -> voter.getKey() + "@" + voter.getValue())
                        .collect(Collectors.joining(",")),
                "listeners",
                "PLAINTEXT://" + own.clients() + ",CONTROLLER://" + own.controller(),
                "advertised.listeners",
                "PLAINTEXT://" + advertised.clients() + ",CONTROLLER://" + advertised.controller(),
                "controller.listener.names",
                "CONTROLLER",
                "log.dirs",
                dataFolder.resolve("topics").toString()));
        String copies = Integer.toString(voters.size());
        String written = Integer.toString(voters.size() / 2 + 1);
        configuration.putAll(Map.of(
                "default.replication.factor", copies,
                "min.insync.replicas", written,
                "offsets.topic.replication.factor", copies,
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", copies,
                "transaction.state.log.min.isr", written,
                "transaction.state.log.num.partitions", "4",
                "group.initial.rebalance.delay.ms", "0"));
        configuration.putAll(Map.of(
                "share.coordinator.state.topic.replication.factor", copies,
                "share.coordinator.state.topic.min.isr", written,
                "share.coordinator.state.topic.num.partitions", "4"));
        return configuration;
    }

    /** Starts a node; it serves a little later. */
    static ChildJvm launch(Path dataFolder, Path lib, Properties settings) {
        try {
            Files.createDirectories(dataFolder);
            Path logging = dataFolder.resolve("log4j2.properties");
            try (InputStream resource = BrokerProcess.class.getResourceAsStream("broker-log4j2.properties")) {
                Files.copy(resource, logging, StandardCopyOption.REPLACE_EXISTING);
            }
            Path configuration = dataFolder.resolve("server.properties");
            StringWriter text = new StringWriter();
            settings.store(text, null);
            Files.writeString(configuration, text.toString());
            return ChildJvm.start(new ChildJvm.Command(
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
    }

    /** @throws BrokerException when it does not serve in time, with the tail of its log; it does not run then */
    static void awaitStarted(ChildJvm process) {
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
                throw new BrokerException(
                        failure.get() + "; end of " + process.log() + ":\n" + process.outputTail(LOG_TAIL_LINES));
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

    /** Whether a node that did not start found something else listening where it was to. */
    static boolean foundPortInUse(ChildJvm process) {
        return process.outputTail(LOG_TAIL_LINES).contains("Address already in use");
    }

    static Path libFolder() {
        String folder = System.getProperty(LocalBroker.LIB_PROPERTY, "");
        if (folder.isEmpty()) {
            throw new BrokerException(
                    "system property " + LocalBroker.LIB_PROPERTY + " must name the folder with Kafka's jars");
        }
        Path lib = Path.of(folder).toAbsolutePath();
        if (!Files.isDirectory(lib)) {
            throw new BrokerException(lib + " (system property " + LocalBroker.LIB_PROPERTY
                    + ") does not exist; build the module slicer-broker/kafka to fill it");
        }
        return lib;
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException cause) {
            throw new UncheckedIOException("no free port on " + HOST, cause);
        }
    }
}
