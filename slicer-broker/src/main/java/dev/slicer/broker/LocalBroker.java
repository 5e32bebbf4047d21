package dev.slicer.broker;

import static dev.slicer.broker.BrokerProcess.HOST;
import static dev.slicer.broker.BrokerProcess.freePort;

import dev.slicer.broker.BrokerProcess.Extras;
import dev.slicer.broker.NodeSettings.Listeners;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
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

    static final int CHOSEN_PORT_ATTEMPTS = 3;

    private final Path dataFolder;
    private final KafkaJars jars;
    private final int port;
    private final Map<String, String> settings;
    private final Extras extras;
    private ChildJvm process;

    private LocalBroker(
            Path dataFolder, KafkaJars jars, int port, Map<String, String> settings, Extras extras, ChildJvm process) {
        this.dataFolder = dataFolder;
        this.jars = jars;
        this.port = port;
        this.settings = Map.copyOf(settings);
        this.extras = extras;
        this.process = process;
    }

    /**
     * Starts a broker on a free port and waits until it serves.
     *
     * @param dataFolder created where absent; the topics of an earlier broker in it are served again
     * @throws BrokerException when it does not start, with the tail of its log
     */
    public static LocalBroker start(Path dataFolder) {
        return start(dataFolder, Map.of());
    }

    /**
     * Starts a broker on a free port and waits until it serves.
     *
     * @param settings of the broker, over those that it has else
     * @throws BrokerException when it does not start, with the tail of its log
     */
    public static LocalBroker start(Path dataFolder, Map<String, String> settings) {
        // A port that was free a moment ago can be taken before the broker binds it.
        for (int attempt = 1; ; attempt++) {
            try {
                return start(dataFolder, freePort(), settings, Extras.NONE);
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
        return start(dataFolder, port, Map.of(), Extras.NONE);
    }

    static LocalBroker start(Path dataFolder, int port, Map<String, String> settings, Extras extras) {
        Path folder = dataFolder.toAbsolutePath();
        KafkaJars jars = KafkaJars.ofTheBuild();
        return new LocalBroker(folder, jars, port, settings, extras, launch(folder, jars, port, settings, extras));
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

    /** Has the broker do nothing any more, though it is there (SIGSTOP), until {@link #resume()}. */
    public synchronized void hang() {
        process.hang();
    }

    /** Has it go on as if no time had passed. */
    public synchronized void resume() {
        process.resume();
    }

    /**
     * Starts the broker again on the same port and data, stopping it first where it runs.
     *
     * @throws BrokerException when it does not start
     */
    public synchronized void restart() {
        process.close();
        process = launch(dataFolder, jars, port, settings, extras);
    }

    /** Stops the broker; the data folder stays. */
    @Override
    public synchronized void close() {
        process.close();
    }

    private static ChildJvm launch(
            Path dataFolder, KafkaJars jars, int port, Map<String, String> settings, Extras extras) {
        requireFree(port);
        Listeners own = new Listeners(HOST + ":" + port, HOST + ":" + freePort());
        Properties configuration =
                NodeSettings.of(dataFolder.resolve("topics").toString(), 1, own, own, Map.of(1, own.controller()));
        configuration.putAll(settings);
        ChildJvm process = BrokerProcess.launch(dataFolder, jars, configuration, extras);
        try {
            BrokerProcess.awaitStarted(process);
        } catch (BrokerException failure) {
            throw BrokerProcess.foundPortInUse(process) ? new PortInUseException(port) : failure;
        }
        return process;
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        } catch (IOException inUse) {
            throw new PortInUseException(port);
        }
    }

    static final class PortInUseException extends BrokerException {
        private static final long serialVersionUID = 1L;

        PortInUseException(int port) {
            super("port " + port + " on " + HOST + " is in use; stop what listens there or choose another port");
        }
    }
}
