package dev.slicer.cli.evaluate;

import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.KafkaArguments;
import dev.slicer.cli.arguments.LanguageCorpora;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Table;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.engine.Engine;
import dev.slicer.cli.engine.EngineModels;
import dev.slicer.cli.home.Home;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.cli.publish.DocumentPublisher;
import dev.slicer.cli.publish.LabelledCorpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.Topics;
import dev.slicer.experiments.BenchmarkScorer;
import dev.slicer.experiments.BenchmarkSets;
import dev.slicer.experiments.RunScorer;
import dev.slicer.experiments.RunSettings;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.Snapshot;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Score a checkpoint on labelled sentences: precision, recall and F1 of whole entities, by language.",
            "",
            "With --publish the running services do it instead: the sentences go as labelled documents to their topic, the "
                    + "evaluator has them tagged like everybody's documents and reports the scores."
        },
        footer = {
            "",
            "Scorings, which do not compare with one another:",
            "  strict     type and both boundaries exact, IOB2 read strictly, by word (seqeval's strict mode)",
            "  conlleval  the same of each word's most probable label on its own, I- tags read leniently (seqeval's default mode)",
            "  sub-token  conlleval over sub-tokens, each predicted on its own (as in the paper's code)",
            "",
            "Lines in a results file are added, never changed; of two lines for the same measurement slicer report "
                    + "takes the newer one.",
            "",
            "A published document's id is benchmark/language/corpus/number, so a second --publish asks for the same "
                    + "documents again. A corpus whose labels have changed needs another --benchmark: the same id with other "
                    + "labels goes to the dead letters.",
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer evaluate --sample --by-type",
            "  ./slicer evaluate --test yo=yor.test.conll --test sw=swa.test.conll --label-map DATE=O --json",
            "  ./slicer evaluate --checkpoint run/last --test *.test.conll --results scores.jsonl \\",
            "      --benchmark news --snapshot run/step-* --validation *.dev.conll --average-last 3",
            "  ./slicer evaluate --publish --benchmark news --test yo=yor.test.conll sw=swa.test.conll"
        })
public final class EvaluateCommand implements Callable<Integer> {
    private static final String PUBLISH = "--publish";
    /** What says something to a command that scores nothing itself. */
    private static final Set<String> OF_PUBLISHING = Stream.concat(
                    Stream.of(PUBLISH, "--test", "--sample", "--label-map", "--tag-column", "--benchmark", "--json"),
                    KafkaArguments.NAMES.stream())
            .collect(Collectors.toUnmodifiableSet());

    private final Terminal terminal;
    private final Home home;
    private final Engine engine;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private TestSets testSets = new TestSets();

    /** Either of the two. */
    static final class TestSets {
        @Option(
                names = "--test",
                arity = "1..*",
                paramLabel = "[LANG=]CORPUS",
                description =
                        "Corpora to score on: CoNLL or JSON Lines files, or samples as sample:sw.test. The language "
                                + "can be left out where the file's name begins with it, as in yor.test.conll. Corpora of one "
                                + "language are scored together.")
        private List<String> test = List.of();

        @Option(names = "--sample", description = "Score on the test sets that come with Slicer.")
        private boolean sample;
    }

    @Option(
            names = "--scoring",
            paramLabel = "SCORING",
            defaultValue = "strict",
            converter = ScoringChoice.Converter.class,
            description = "strict, conlleval or sub-token, see below, or all of them side by side. Results get all of "
                    + "them in any case. Default: ${DEFAULT-VALUE}.")
    private ScoringChoice scoring = ScoringChoice.STRICT;

    @Option(names = "--by-type", description = "Show each entity type of each language too.")
    private boolean byType;

    @Option(names = "--json", description = "Print the scores, with types, as one JSON object.")
    private boolean json;

    @Mixin
    private CorpusArguments corpusArguments = new CorpusArguments();

    @Mixin
    private CheckpointArguments checkpoint = new CheckpointArguments();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    @ArgGroup(exclusive = false, heading = "%nTo keep the scores for slicer report:%n")
    private RecordArguments recording = new RecordArguments();

    @Option(
            names = PUBLISH,
            description = "Publish the sentences for the running services to tag and score; needs --benchmark.")
    private boolean publish;

    @Mixin
    private KafkaArguments kafka = new KafkaArguments();

    /** What {@code --json} prints for {@code --scoring all}. */
    private record AllScorings(String modelId, List<ScoreReport> scorings) {}

    /** What {@code --json} prints for a whole run. */
    private record RunScores(String modelId, List<ScoreLine> scores) {}

    /** What {@code --json} prints for {@code --publish}. */
    private record Published(String benchmark, String topic, int documents, SortedMap<String, Long> byLanguage) {}

    public EvaluateCommand(Terminal terminal, Home home, Engine engine, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        checkPublishing();
        if (publish) {
            publish();
            return ExitCode.OK;
        }
        recording.check(byType, spec.commandLine());
        CorpusOptions corpora = corpusArguments.parse(spec.commandLine());
        SortedMap<String, List<Corpus>> test = testSets(corpora);
        CheckpointArguments.Located located = checkpoint.locate(home);
        if (recording.isGiven()) {
            // Before the scoring, which takes longer than to see that the file cannot be written.
            new ScoreLog(recording.results()).append(List.of());
        }
        if (recording.isRun()) {
            scoreRun(located, test, corpora);
        } else {
            scoreCheckpoint(located, test);
        }
        return ExitCode.OK;
    }

    private void checkPublishing() {
        List<String> given = spec.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .toList();
        if (publish) {
            given.stream()
                    .filter(option -> !OF_PUBLISHING.contains(option))
                    .findFirst()
                    .ifPresent(option -> {
                        throw new ParameterException(
                                spec.commandLine(),
                                option + " says nothing to " + PUBLISH + ", which scores nothing here");
                    });
        } else {
            given.stream().filter(KafkaArguments.NAMES::contains).findFirst().ifPresent(option -> {
                throw new ParameterException(spec.commandLine(), option + " is for " + PUBLISH);
            });
        }
    }

    private void publish() {
        String benchmark = recording.benchmark(spec.commandLine());
        Topics topics = kafka.topics(spec.commandLine());
        List<LabelledDocument> documents =
                LabelledCorpora.documents(benchmark, testSets(corpusArguments.parse(spec.commandLine())));
        kafka.useAlone(
                "another slicer evaluate --publish of " + benchmark + " has begun in this one's place",
                clients -> new DocumentPublisher(
                                clients, topics.labelledDocuments(), topics.prefix() + "publish." + benchmark, clock)
                        .publish(
                                documents,
                                done -> terminal.progress(Figures.bar(done, documents.size()) + " " + done + "/"
                                        + documents.size() + " documents")));
        SortedMap<String, Long> byLanguage = documents.stream()
                .collect(Collectors.groupingBy(LabelledDocument::language, TreeMap::new, Collectors.counting()));
        show(new Published(benchmark, topics.labelledDocuments(), documents.size(), byLanguage), () -> {
            Table table = new Table("language", "documents");
            byLanguage.forEach((language, number) -> table.row(language, Long.toString(number)));
            return table.render();
        });
        terminal.note(documents.size() + " documents of " + benchmark + " published to " + topics.labelledDocuments());
    }

    private SortedMap<String, List<Corpus>> testSets(CorpusOptions options) {
        List<String> references = testSets.sample
                ? SampleCorpus.languages().stream()
                        .map(language -> "sample:" + language + ".test")
                        .toList()
                : testSets.test;
        SortedMap<String, List<Corpus>> corpora =
                LanguageCorpora.open(references, options, "--test", spec.commandLine());
        corpora.forEach((language, ofLanguage) -> ofLanguage.stream()
                .filter(corpus -> !corpus.hasEntities())
                .forEach(corpus -> terminal.note(corpus.name() + " (" + language
                        + ") has no entity: what is found in it is " + "wrong, and its F1 is 0 in any case")));
        return corpora;
    }

    private void scoreCheckpoint(CheckpointArguments.Located located, SortedMap<String, List<Corpus>> test) {
        Optional<RunSettings> settings =
                recording.isGiven() ? Optional.of(recording.settings(located.folder())) : Optional.empty();
        Map<Scoring, Evaluation> scores;
        try (Tagger tagger = engine.open(located.folder(), located.id(), engineArguments.toOptions())) {
            scores = BenchmarkScorer.score(
                    tagger, test, (done, total, corpus) -> terminal.progress(describe(done, total, corpus)));
        }
        settings.ifPresent(run -> add(run.lines(recording.protocol(), recording.benchmark(), scores)));
        List<ScoreReport> reports = scoring.scorings().stream()
                .map(each -> ScoreReport.of(located.id(), scores.get(each)))
                .toList();
        if (reports.size() == 1) {
            show(reports.get(0), () -> reports.get(0).table(byType));
        } else {
            show(new AllScorings(located.id(), reports), () -> ScoreReport.sideBySide(reports, byType));
        }
    }

    private void scoreRun(
            CheckpointArguments.Located located, SortedMap<String, List<Corpus>> test, CorpusOptions options) {
        List<Snapshot> snapshots = recording.snapshots(spec.commandLine());
        RunSettings settings = recording.settings(located.folder());
        SortedMap<String, List<Corpus>> validation =
                LanguageCorpora.open(recording.validation(), options, "--validation", spec.commandLine());
        List<ScoreLine> lines;
        try (RunFolder work = RunFolder.create(home.runs(), "evaluate", false)) {
            RunScorer scorer = new RunScorer(
                    new BenchmarkSets(recording.benchmark(), test, validation),
                    new EngineModels(engine, engineArguments.toOptions()),
                    work.path(),
                    progress(),
                    () -> false);
            lines = scorer.score(settings, located.folder(), snapshots, recording.averageLast());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
        show(
                new RunScores(located.id(), lines),
                () -> scoring.scorings().stream()
                        .map(each -> new ProtocolTable(located.id(), each, lines).render())
                        .collect(Collectors.joining("\n\n")));
    }

    private RunScorer.Progress progress() {
        return new RunScorer.Progress() {
            @Override
            public void scored(String model, long done, long total, String corpus) {
                terminal.progress(model + ": " + describe(done, total, corpus));
            }

            @Override
            public void finished(List<ScoreLine> lines) {
                add(lines);
            }
        };
    }

    private static String describe(long done, long total, String corpus) {
        return Figures.bar(done, total) + " " + done + "/" + total + " sentences, at " + corpus;
    }

    private void add(List<ScoreLine> lines) {
        new ScoreLog(recording.results()).append(lines);
        terminal.note(lines.size() + " scores (" + lines.get(0).protocol() + ") added to " + recording.results());
    }

    private void show(Object forPrograms, Supplier<String> forPeople) {
        if (json) {
            terminal.printJson(forPrograms);
        } else {
            terminal.print(forPeople.get());
        }
    }
}
