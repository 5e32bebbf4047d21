package dev.slicer.testbroker;

import dev.slicer.broker.BrokerException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real single-node Apache Kafka for a test: in a container where a Docker engine answers, in a child process where none
 * does. It listens on 127.0.0.1 only.
 *
 * <p>System property {@value #PLACE_PROPERTY} ({@code auto}, {@code container}, {@code process}) says where it is to run,
 * {@value #IMAGE_PROPERTY} which image a container is of.
 */
public sealed interface TestBroker extends AutoCloseable permits ProcessBroker, ContainerBroker {
    /** System property: {@code auto} (the default), {@code container} or {@code process}. */
    String PLACE_PROPERTY = "slicer.kafka.broker";

    /**
     * System property: an image of Apache Kafka that takes its settings as {@code apache/kafka} does. Without it one is built
     * of the jars that child processes run.
     */
    String IMAGE_PROPERTY = "slicer.kafka.image";

    /**
     * Starts a broker and waits until it serves.
     *
     * @param folder for its log, and for the topics of a child process; created where absent
     * @throws BrokerException when it does not start, with the tail of its log
     */
    static TestBroker start(Path folder) {
        return start(folder, Map.of());
    }

    /**
     * Starts a broker and waits until it serves.
     *
     * @param settings of the broker, over those that it has else
     * @throws BrokerException when it does not start, with the tail of its log
     */
    static TestBroker start(Path folder, Map<String, String> settings) {
        return Choice.made().start(folder, settings);
    }

    /** {@code host:port} for a client's {@code bootstrap.servers}; the same after a restart. */
    String bootstrapServers();

    /** Whether it runs; one that hangs does. */
    boolean isAlive();

    /** Ends the broker as a crash would (SIGKILL). {@link #restart()} brings it back with its topics. */
    void kill();

    /** Has the broker do nothing any more, though it is there and its connections stay open, until {@link #resume()}. */
    void hang();

    /** Has one that hangs go on as if no time had passed. */
    void resume();

    /**
     * Starts the broker again on the same port and topics, stopping it first where it runs.
     *
     * @throws BrokerException when it does not start
     */
    void restart();

    /** Ends the broker; its log stays in the folder. */
    @Override
    void close();
}
