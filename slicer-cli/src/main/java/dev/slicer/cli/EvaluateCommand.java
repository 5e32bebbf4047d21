package dev.slicer.cli;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.experiments.BenchmarkScorer;
import dev.slicer.experiments.BenchmarkSets;
import dev.slicer.experiments.RunScorer;
import dev.slicer.experiments.RunSettings;
import dev.slicer.experiments.ScoreLine;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Score a checkpoint on labelled sentences: precision, recall and F1 of whole entities, by language."
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
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer evaluate --sample --by-type",
            "  ./slicer evaluate --test yo=yor.test.conll --test sw=swa.test.conll --label-map DATE=O --json",
            "  ./slicer evaluate --checkpoint run/last --test *.test.conll --results scores.jsonl \\",
            "      --benchmark news --snapshot run/step-* --validation *.dev.conll --average-last 3"
        })
final class EvaluateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;
    private final Engine engine;

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
    private LabelMapArgument labelMap = new LabelMapArgument();

    @Mixin
    private CheckpointArguments checkpoint = new CheckpointArguments();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    @ArgGroup(exclusive = false, heading = "%nTo keep the scores for slicer report:%n")
    private RecordArguments recording = new RecordArguments();

    /** What {@code --json} prints for {@code --scoring all}. */
    private record AllScorings(String modelId, List<ScoreReport> scorings) {}

    /** What {@code --json} prints for a whole run. */
    private record RunScores(String modelId, List<ScoreLine> scores) {}

    EvaluateCommand(Terminal terminal, Home home, Engine engine) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        recording.check(byType, spec.commandLine());
        LabelMap labels = labelMap.parse(spec.commandLine());
        SortedMap<String, List<Corpus>> test = testSets(labels);
        CheckpointArguments.Located located = checkpoint.locate(home);
        if (recording.isGiven()) {
            // Before the scoring, which takes longer than to see that the file cannot be written.
            new ScoreLog(recording.results()).append(List.of());
        }
        if (recording.isRun()) {
            scoreRun(located, test, labels);
        } else {
            scoreCheckpoint(located, test);
        }
        return ExitCode.OK;
    }

    private SortedMap<String, List<Corpus>> testSets(LabelMap labels) {
        List<String> references = testSets.sample
                ? SampleCorpus.languages().stream()
                        .map(language -> "sample:" + language + ".test")
                        .toList()
                : testSets.test;
        return LanguageCorpora.open(references, labels, "--test", spec.commandLine());
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

    private void scoreRun(CheckpointArguments.Located located, SortedMap<String, List<Corpus>> test, LabelMap labels) {
        List<Snapshot> snapshots = recording.snapshots(spec.commandLine());
        RunSettings settings = recording.settings(located.folder());
        SortedMap<String, List<Corpus>> validation =
                LanguageCorpora.open(recording.validation(), labels, "--validation", spec.commandLine());
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
