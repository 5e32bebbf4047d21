package dev.slicer.cli.arguments;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.events.Topics;
import dev.slicer.io.IoProblem;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.access.MissingRights;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Right.Need;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.security.ClientSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthorizationException;
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
            defaultValue = "${env:SLICER_KAFKA_CONFIG}",
            description = "Properties for Kafka's clients, such as security.protocol; secrets may lie in other files "
                    + "(docs/security.md). Default: SLICER_KAFKA_CONFIG, else none.")
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

    /** What Kafka's own tools have to be told to find the brokers. */
    public String ofKafkasTools() {
        return "--bootstrap-server " + bootstrapServers
                + kafkaConfig.map(file -> " --command-config " + file).orElse("");
    }

    /**
     * Runs work with clients that give up when a broker has not answered for 20 seconds, unless --kafka-config says
     * otherwise.
     *
     * @param who the work is of
     * @throws CommandFailedException when Kafka fails, naming the brokers, and the rights that are missing where some are
     */
    public void use(Grantee who, Topics topics, Consumer<KafkaClients> work) {
        Map<String, Object> settings = settings();
        KafkaClients clients = new KafkaClients(settings).withPatience(PATIENCE);
        try {
            work.accept(clients);
        } catch (InterruptException interrupted) {
            throw interrupted;
        } catch (KafkaException failure) {
            Optional<String> lacking = isDenial(failure) ? lacking(clients, who, topics) : Optional.empty();
            throw new CommandFailedException(
                    "Kafka at " + settings.get("bootstrap.servers") + ": " + lacking.orElse(failure.getMessage()),
                    failure);
        }
    }

    private static boolean isDenial(KafkaException failure) {
        return failure instanceof AuthorizationException || failure.getCause() instanceof AuthorizationException;
    }

    /** All of them at once, where the brokers tell. */
    private static Optional<String> lacking(KafkaClients clients, Grantee who, Topics topics) {
        try (Admin admin = clients.admin()) {
            List<Right> missing = new MissingRights(admin)
                    .of(new Access(topics)
                            .of(who).stream()
                                    .filter(right -> right.need() == Need.ALWAYS)
                                    .toList());
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of(missing.stream()
                            .map(clients.denials()::text)
                            .collect(Collectors.joining(
                                    "; ", "", "; what it needs: ./slicer acls --for " + who.label())));
        } catch (ExecutionException | KafkaException silent) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        }
    }

    /**
     * As {@link #use}, for work that only one run may do at a time.
     *
     * @param taken the message when another run has taken this one's transactional id
     */
    public void useAlone(Grantee who, Topics topics, String taken, Consumer<KafkaClients> work) {
        use(who, topics, clients -> {
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
            try {
                kafka.putAll(ClientSettings.read(file));
            } catch (IOException failure) {
                throw new CommandFailedException("cannot read " + file + ": " + IoProblem.of(failure), failure);
            } catch (ConfigException failure) {
                throw new CommandFailedException(failure.getMessage(), failure);
            }
        });
        kafka.putIfAbsent("bootstrap.servers", bootstrapServers);
        return kafka;
    }
}
