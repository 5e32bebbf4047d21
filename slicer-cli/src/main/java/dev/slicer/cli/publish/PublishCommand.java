package dev.slicer.cli.publish;

import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.arguments.TestSetArguments;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Table;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.kafka.access.Grantee;
import java.time.Clock;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "publish",
        description = {
            "Publish labelled sentences, which the running services tag and score.",
            "",
            "Each sentence becomes a labelled document on its topic. The inference service tags it as it tags every "
                    + "document, and the evaluator reports the scores. To score a checkpoint on this machine instead: "
                    + "./slicer evaluate."
        },
        footer = {
            "",
            "A document's id is benchmark/language/corpus/number, so publishing a corpus again asks for the same documents "
                    + "again. A corpus whose labels have changed needs another --benchmark: the same id with other labels "
                    + "goes to the dead letters.",
            "",
            "Exit codes: 0 published; 1 failed; 2 wrong usage.",
            "",
            "Example: ./slicer publish --benchmark news --test yo=yor.test.conll sw=swa.test.conll"
        })
public final class PublishCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--benchmark",
            required = true,
            paramLabel = "NAME",
            description = "What the test sets are called in the scores, as masakhaner.")
    private String benchmark = "";

    @Option(names = "--json", description = "Print one JSON object: what was published, by language.")
    private boolean json;

    @Mixin
    private TestSetArguments testSets = new TestSetArguments();

    @Mixin
    private CorpusArguments corpora = new CorpusArguments();

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    /** What {@code --json} prints. */
    private record Published(String benchmark, String topic, int documents, SortedMap<String, Long> byLanguage) {}

    public PublishCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        Topics topics = kafka.topics(spec.commandLine());
        List<LabelledDocument> documents = LabelledCorpora.documents(
                benchmark, testSets.open(corpora.parse(spec.commandLine()), spec.commandLine(), terminal));
        kafka.useAlone(
                Grantee.PUBLISHER,
                topics,
                "another slicer publish of " + benchmark + " has started and replaces this one",
                clients -> new DocumentPublisher(
                                clients, topics.labelledDocuments(), topics.prefix() + "publish." + benchmark, clock)
                        .publish(
                                documents,
                                done -> terminal.progress(Figures.bar(done, documents.size()) + " " + done + "/"
                                        + documents.size() + " documents")));
        show(documents, topics.labelledDocuments());
        return ExitCode.OK;
    }

    private void show(List<LabelledDocument> documents, String topic) {
        SortedMap<String, Long> byLanguage = documents.stream()
                .collect(Collectors.groupingBy(LabelledDocument::language, TreeMap::new, Collectors.counting()));
        if (json) {
            terminal.printJson(new Published(benchmark, topic, documents.size(), byLanguage));
        } else {
            Table table = new Table("language", "documents");
            byLanguage.forEach((language, number) -> table.row(language, Long.toString(number)));
            terminal.print(table.render());
        }
        terminal.note(documents.size() + " documents of " + benchmark + " published to " + topic);
    }
}
