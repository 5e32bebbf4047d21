package dev.slicer.cli;

import dev.slicer.events.Topics;
import dev.slicer.testbroker.TestBroker;
import java.nio.file.Path;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a command on a real broker, each with topics of its own. */
public abstract class CommandOnBroker {
    /** Kept, since the logging framework forgets the level of a logger that nobody holds. */
    private static final Logger KAFKA = Logger.getLogger("org.apache.kafka");

    @TempDir
    protected static Path folder;

    protected static TestBroker broker;
    protected static BrokerTopics records;

    protected final Topics topics = new Topics(UUID.randomUUID() + ".");

    @BeforeAll
    static void startBroker() {
        KAFKA.setLevel(Level.SEVERE);
        broker = TestBroker.start(folder.resolve("broker"));
        records = new BrokerTopics(broker.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() throws Exception {
        records.create(topics);
    }
}
