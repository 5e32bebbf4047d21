package dev.slicer.cli.forget;

import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Table;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Grantee;
import dev.slicer.kafka.clients.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "forget",
        description = {
            "Have the services forget documents, and say which topics still have them and until when.",
            "",
            "All topics that may have something of a document are looked through. For each labelled document that is found a "
                    + "record without a value goes to slicer.labelled-documents. The evaluators that read it delete the "
                    + "document, what models answered and what was scored of it from all that they keep, and no checkpoint "
                    + "is compared on it any more.",
            "",
            "Kafka deletes no single record from a topic: what was written stays until the topic's time for it is over. The "
                    + "table says for each topic when that is."
        },
        footer = {
            "",
            "Exit codes: 0 done, also when nothing was found; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer forget --document customer-17/letter-3 --dry-run",
            "  ./slicer forget --id-prefix customer-17/"
        })
public final class ForgetCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--document",
            arity = "1..*",
            paramLabel = "ID",
            description = "The documents' ids, as their sender gave them.")
    private List<String> documents = List.of();

    @Option(
            names = "--id-prefix",
            arity = "1..*",
            paramLabel = "PREFIX",
            description = "All documents whose ids begin so, where ids begin with whom they are about.")
    private List<String> prefixes = List.of();

    @Option(
            names = "--evaluator-group",
            paramLabel = "GROUP",
            description = "The evaluators' slicer.evaluator.group. Default: the topics' prefix and evaluator.")
    private Optional<String> group = Optional.empty();

    @Option(names = "--dry-run", description = "Say what there is; write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object: the documents and what each topic has of them.")
    private boolean json;

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    /**
     * What {@code --json} prints.
     *
     * @param documents ids of those that were found
     * @param forgotten whether the services were told
     */
    private record Forgotten(Set<String> documents, boolean forgotten, List<TopicFindings> topics) {}

    public ForgetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Topics topics = kafka.topics(spec.commandLine());
        WantedDocuments wanted = Usage.checked(
                spec.commandLine(), () -> new WantedDocuments(Set.copyOf(documents), Set.copyOf(prefixes)));
        kafka.useAlone(
                Grantee.FORGETTER, topics, "another slicer forget has started and replaces this one", clients -> {
                    DocumentSearch search = new DocumentSearch(
                            clients,
                            topics,
                            group.orElse(topics.prefix() + "evaluator"),
                            wanted,
                            (topic, seen) -> terminal.progress("  " + topic + ": " + seen + " records"));
                    search.run();
                    if (!dryRun && !search.labelled().isEmpty()) {
                        tell(clients, topics, search.labelled());
                    }
                    show(search);
                });
        return ExitCode.OK;
    }

    /** Behind the documents, in their own partitions, so that no evaluator reads a document after it. */
    private static void tell(KafkaClients clients, Topics topics, Map<String, Set<Integer>> labelled) {
        try (Producer<byte[], byte[]> producer = clients.transactionalProducer(topics.prefix() + "forget")) {
            producer.initTransactions();
            producer.beginTransaction();
            labelled.forEach((id, partitions) -> {
                byte[] key = id.getBytes(StandardCharsets.UTF_8);
                if (partitions.isEmpty()) {
                    producer.send(new ProducerRecord<>(topics.labelledDocuments(), key, null));
                }
                partitions.forEach(partition ->
                        producer.send(new ProducerRecord<>(topics.labelledDocuments(), partition, key, null)));
            });
            producer.commitTransaction();
        }
    }

    private void show(DocumentSearch search) {
        boolean told = !dryRun && !search.labelled().isEmpty();
        if (json) {
            terminal.printJson(new Forgotten(search.found(), told, search.findings()));
        } else if (!search.findings().isEmpty()) {
            Table table = new Table("topic", "records", "holds", "until");
            search.findings()
                    .forEach(found -> table.row(
                            found.topic(),
                            Long.toString(found.records()),
                            found.holds(),
                            found.keptUntil()
                                    .map(until -> until.truncatedTo(ChronoUnit.SECONDS))
                                    .map(Instant::toString)
                                    .orElse(found.why())));
            terminal.print(table.render());
        }
        terminal.note(search.findings().isEmpty() ? "no topic has anything of them" : outcome(search, told));
    }

    private static String outcome(DocumentSearch search, boolean told) {
        String found = search.found().size() + (search.found().size() == 1 ? " document" : " documents") + " found; ";
        if (search.labelled().isEmpty()) {
            return found + "none is labelled, so there is nothing that the evaluators could forget";
        }
        return found
                + (told
                        ? "the evaluators are told to forget "
                                + search.labelled().size()
                        : "nothing was written");
    }
}
