package dev.slicer.cli.arguments;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.events.Topics;
import dev.slicer.io.IoProblem;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Options of every command that talks to the services' topics. */
public final class KafkaArguments {
    private static final URI SOURCE = URI.create("/slicer/cli");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
            description = "The brokers. Default: KAFKA_BOOTSTRAP_SERVERS, else localhost:9092.")
    private String bootstrapServers = "";

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties for Kafka's clients, such as security.protocol.")
    private Optional<Path> kafkaConfig = Optional.empty();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:SLICER_TOPICS_PREFIX:-slicer.}",
            description = "Start of the topics' names. Default: SLICER_TOPICS_PREFIX, else slicer.")
    private String prefix = "";

    public Topics topics(CommandLine commandLine) {
        return Usage.checked(commandLine, () -> new Topics(prefix));
    }

    /** Writes events that come from the command line. */
    public static KafkaEvents events(Clock clock) {
        return new KafkaEvents(SOURCE, clock);
    }

    /**
     * Runs work with clients that give up when a broker has not answered for 20 seconds, unless --kafka-config says
     * otherwise.
     *
     * @throws CommandFailedException when Kafka fails, naming the brokers
     */
    public void use(Consumer<KafkaClients> work) {
        Map<String, Object> settings = settings();
        try {
            work.accept(new KafkaClients(settings).withPatience(PATIENCE));
        } catch (InterruptException interrupted) {
            throw interrupted;
        } catch (KafkaException failure) {
            throw new CommandFailedException(
                    "Kafka at " + settings.get("bootstrap.servers") + ": " + failure.getMessage(), failure);
        }
    }

    /**
     * As {@link #use}, for work that only one run may do at a time.
     *
     * @param taken the message when another run has taken this one's transactional id
     */
    public void useAlone(String taken, Consumer<KafkaClients> work) {
        use(clients -> {
            try {
                work.accept(clients);
            } catch (ProducerFencedException | InvalidProducerEpochException other) {
                throw new CommandFailedException(taken, other);
            }
        });
    }

    private Map<String, Object> settings() {
        Map<String, Object> kafka = new HashMap<>();
        kafkaConfig.ifPresent(file -> {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException failure) {
                throw new CommandFailedException("cannot read " + file + ": " + IoProblem.of(failure), failure);
            }
            properties.stringPropertyNames().forEach(name -> kafka.put(name, properties.getProperty(name)));
        });
        kafka.putIfAbsent("bootstrap.servers", bootstrapServers);
        return kafka;
    }
}
