package dev.slicer.cli.access;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Access;
import dev.slicer.kafka.access.AclScript;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.access.Right;
import dev.slicer.kafka.access.Right.Need;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "acls",
        description = {
            "Print the rights on the brokers that each service and command needs, as commands of kafka-acls.sh.",
            "",
            "Nothing is changed: look at the lines, and run them as who may. The names of topics, groups and transactional "
                    + "ids begin with the prefix. docs/acls.md has the same as a table."
        },
        footer = {
            "",
            "Exit codes: 0 printed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer acls --kafka-config admin.properties | sh",
            "  ./slicer acls --for inference --principal inference=User:CN=inference --prefix staging."
        })
public final class AclsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--for",
            arity = "1..*",
            paramLabel = "NAME",
            description = "Only for these: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Grantee> grantees = Arrays.asList(Grantee.values());

    @Option(
            names = "--principal",
            arity = "1..*",
            paramLabel = "NAME=PRINCIPAL",
            description = "As whom the brokers know one of them. Default: trainer=User:trainer and so on.")
    private Map<Grantee, String> principals = Map.of();

    @Option(
            names = "--required",
            description = "Only what is needed always: without what the first start needs, and what is welcome.")
    private boolean required;

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    public AclsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Topics topics = kafka.topics(spec.commandLine());
        Access access = new Access(topics);
        for (Grantee grantee : grantees) {
            String principal = principals.getOrDefault(grantee, "User:" + grantee.label());
            List<Right> rights = access.of(grantee).stream()
                    .filter(right -> !required || right.need() == Need.ALWAYS)
                    .toList();
            terminal.print("# " + grantee.label() + ": " + grantee.who());
            AclScript.lines(kafka.ofKafkasTools(), principal, rights).forEach(terminal::print);
        }
        return ExitCode.OK;
    }
}
