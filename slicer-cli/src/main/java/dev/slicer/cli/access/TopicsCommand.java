package dev.slicer.cli.access;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.access.MissingRights;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Task;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.topics.Retention;
import dev.slicer.kafka.topics.TopicSetup;
import dev.slicer.kafka.topics.TopicSetup.Wanted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "topics",
        description = {
            "Make the services' topics that are missing, for services that may not make them.",
            "",
            "Topics that are there stay as they are; what of them is not as it should be is said, with the command that "
                    + "changes it. The evaluator makes two of its own, and those of Kafka Streams, itself "
                    + "(docs/topics.md)."
        },
        footer = {
            "",
            "Exit codes: 0 all are there; 1 failed; 2 wrong usage.",
            "",
            "Example: ./slicer topics --kafka-config admin.properties --partitions 12 --replicas 3"
        })
public final class TopicsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "3",
            description = "Partitions of a topic whose records need no order across keys. Default: 3.")
    private int partitions;

    @Option(names = "--replicas", paramLabel = "N", description = "Replicas of each partition. Default: the broker's.")
    private Optional<Short> replicas = Optional.empty();

    @Option(
            names = "--retention",
            arity = "1..*",
            paramLabel = "TOPIC=TIME",
            description = "How long a topic that is made keeps records, as dead-letters=7d, as in "
                    + "slicer.topics.retention.")
    private Map<String, String> retention = Map.of();

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    public TopicsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Topics topics = kafka.topics(spec.commandLine());
        Wanted wanted =
                Usage.checked(spec.commandLine(), () -> new Wanted(true, partitions, replicas, retention(topics)));
        kafka.use(Grantee.PREPARER, topics, clients -> make(clients, topics, wanted));
        return ExitCode.OK;
    }

    private Map<String, Retention> retention(Topics topics) {
        Map<String, Retention> byName = new HashMap<>();
        retention.forEach((name, time) -> {
            if (topics.all().stream().noneMatch(topic -> topics.nameOf(topic).equals(name) && !topic.compacted())) {
                throw new IllegalArgumentException(
                        "--retention: there is no topic " + name + " that keeps records for a time");
            }
            byName.put(name, Retention.parse(time));
        });
        return byName;
    }

    private void make(KafkaClients clients, Topics topics, Wanted wanted) {
        TopicSetup setup = new TopicSetup(clients.common(), topics, wanted, clients.sizes(), List.of());
        try (Admin admin = clients.admin()) {
            // A service would leave those to others that it may not see.
            List<Right> missing = new MissingRights(admin).of(new Access(topics).of(List.of(Task.PREPARING)));
            if (missing.stream().anyMatch(right -> right.operation() == AclOperation.DESCRIBE)) {
                throw new TopicAuthorizationException(clients.denials().text(missing.get(0)));
            }
            setup.check(admin);
            List<String> made = setup.createMissing(admin);
            made.forEach(name -> terminal.print("made " + name));
            setup.misconfigured().forEach(terminal::note);
            terminal.note(made.isEmpty() ? "All topics are there." : made.size() + " topics made.");
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof KafkaException cause
                    ? cause
                    : new CommandFailedException(failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            throw new InterruptException(interrupted);
        }
    }
}
