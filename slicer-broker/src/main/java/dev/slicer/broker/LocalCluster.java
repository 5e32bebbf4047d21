package dev.slicer.broker;

import static dev.slicer.broker.BrokerProcess.HOST;
import static dev.slicer.broker.BrokerProcess.freePort;

import dev.slicer.broker.NodeSettings.Listeners;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three nodes of Apache Kafka (KRaft, broker and controller in one each), each in a process of its own and listening on
 * 127.0.0.1 only. There is a copy of everything on each, of which two must be written; any one node can be killed, hang or
 * be cut off from all others and from its clients. They end with this process, however this process ends.
 */
public final class LocalCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final int CHOSEN_PORTS_ATTEMPTS = 3;
    /** How soon a node that says nothing has no partitions any more. */
    private static final String SESSION_MILLIS = "6000";

    private static final String HEARTBEAT_MILLIS = "1000";

    private final KafkaJars jars = KafkaJars.ofTheBuild();
    private final Map<Integer, Node> nodes = new HashMap<>();
    private final Network network;
    private final String bootstrapServers;

    private final class Node {
        private final Path folder;
        private final Properties configuration;
        private ChildJvm process;

        Node(Path folder, Properties configuration) {
            this.folder = folder;
            this.configuration = configuration;
            launch();
        }

        void launch() {
            process = BrokerProcess.launch(folder, jars, configuration, BrokerProcess.Extras.NONE);
        }
    }

    private LocalCluster(Path folder) {
        List<Integer> ids = IntStream.rangeClosed(1, NODES).boxed().toList();
        Map<Integer, Listeners> own = ids.stream()
                .collect(Collectors.toMap(
                        id -> id, id -> new Listeners(HOST + ":" + freePort(), HOST + ":" + freePort())));
        network = new Network(id -> nodes.get(id).process.pid(), ids);
        try {
            Map<Integer, Listeners> advertised = ids.stream()
                    .collect(Collectors.toMap(
                            id -> id,
                            id -> new Listeners(
                                    network.before(id, own.get(id).clients()),
                                    network.before(id, own.get(id).controller()))));
            Map<Integer, String> voters = ids.stream()
                    .collect(Collectors.toMap(id -> id, id -> advertised.get(id).controller()));
            for (int id : ids) {
                Path place = folder.toAbsolutePath().resolve("node-" + id);
                Properties configuration = NodeSettings.of(
                        place.resolve("topics").toString(), id, own.get(id), advertised.get(id), voters);
                configuration.put("broker.session.timeout.ms", SESSION_MILLIS);
                configuration.put("broker.heartbeat.interval.ms", HEARTBEAT_MILLIS);
                nodes.put(id, new Node(place, configuration));
            }
            nodes.values().forEach(node -> BrokerProcess.awaitStarted(node.process));
            bootstrapServers =
                    advertised.values().stream().map(Listeners::clients).collect(Collectors.joining(","));
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /**
     * Starts the nodes and waits until they serve.
     *
     * @param folder for their data, created where absent
     * @throws BrokerException when one does not start, with the tail of its log
     */
    public static LocalCluster start(Path folder) {
        // A port that was free a moment ago can be taken before a node binds it.
        for (int attempt = 1; ; attempt++) {
            try {
                return new LocalCluster(folder.resolve("attempt-" + attempt));
            } catch (BrokerException failure) {
                if (attempt == CHOSEN_PORTS_ATTEMPTS || !failure.getMessage().contains("Address already in use")) {
                    throw failure;
                }
            }
        }
    }

    /** For a client's {@code bootstrap.servers}: all nodes. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Ids of the nodes. */
    public List<Integer> nodes() {
        return nodes.keySet().stream().sorted().toList();
    }

    /** Ends a node as a crash would (SIGKILL). */
    public synchronized void kill(int node) {
        nodes.get(node).process.kill();
    }

    /**
     * Starts a node that was killed again, with its data.
     *
     * @throws BrokerException when it does not start
     */
    public synchronized void restart(int node) {
        nodes.get(node).launch();
        BrokerProcess.awaitStarted(nodes.get(node).process);
    }

    /** Has a node do nothing any more, though it is there (SIGSTOP), until {@link #resume}. */
    public synchronized void hang(int node) {
        nodes.get(node).process.hang();
    }

    /** Has it go on as if no time had passed. */
    public synchronized void resume(int node) {
        nodes.get(node).process.resume();
    }

    /** Has nothing come through any more, from it or to it, though all connections stay open, until {@link #rejoin}. */
    public void cutOff(int node) {
        network.cutOff(node);
    }

    /** Connects it again. */
    public void rejoin(int node) {
        network.rejoin(node);
    }

    /** Ends the nodes; the data stays. */
    @Override
    public synchronized void close() {
        nodes.values().forEach(node -> node.process.kill());
        network.close();
    }
}
