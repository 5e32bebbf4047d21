package dev.slicer.cli.evaluate;

import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.TestSetArguments;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.corpus.Corpus;
import dev.slicer.experiments.BenchmarkScorer;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.RunSettings;
import dev.slicer.io.Home;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Score a checkpoint on labelled sentences: precision, recall and F1 of whole entities, by language.",
            "",
            "Everything is computed on this machine. To have the running services tag and score the sentences: "
                    + "./slicer publish. To score all models that a run kept: ./slicer evaluate-run."
        },
        footer = {
            "",
            "Scorings, which do not compare with one another:",
            ScoringArgument.STRICT,
            ScoringArgument.CONLLEVAL,
            ScoringArgument.SUB_TOKEN,
            "",
            "Lines in a results file are added, never changed; of two lines for the same measurement slicer report "
                    + "takes the newer one.",
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer evaluate --sample --by-type",
            "  ./slicer evaluate --test yo=yor.test.conll --test sw=swa.test.conll --label-map DATE=O --json",
            "  ./slicer evaluate --checkpoint run/last --test *.test.conll --results scores.jsonl --benchmark news"
        })
public final class EvaluateCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;
    private final Engine engine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private TestSetArguments testSets = new TestSetArguments();

    @Mixin
    private ScoringArgument scoring = new ScoringArgument();

    @Option(names = "--by-type", description = "Show each entity type of each language too.")
    private boolean byType;

    @Option(names = "--json", description = "Print the scores, with types, as one JSON object.")
    private boolean json;

    @Mixin
    private CorpusArguments corpora = new CorpusArguments();

    @Mixin
    private CheckpointArguments checkpoint = new CheckpointArguments();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    @ArgGroup(exclusive = false, heading = "%nTo keep the scores for slicer report:%n")
    private RecordArguments recording = new RecordArguments();

    @Mixin
    private MovedOptions moved = new MovedOptions();

    /** What {@code --json} prints for {@code --scoring all}. */
    private record AllScorings(String modelId, List<ScoreReport> scorings) {}

    public EvaluateCommand(Terminal terminal, Home home, Engine engine) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        recording.check(spec.commandLine());
        SortedMap<String, List<Corpus>> test =
                testSets.open(corpora.parse(spec.commandLine()), spec.commandLine(), terminal);
        CheckpointArguments.Located located = checkpoint.locate(home);
        // Before the scoring, which takes longer than to see that the scores cannot be kept.
        Optional<ResultsFile> results = recording.results(terminal);
        results.ifPresent(ResultsFile::requireWritable);
        Optional<RunSettings> settings = results.map(file -> recording.settings(located.files()));
        Map<Scoring, Evaluation> scores = score(located, test);
        settings.ifPresent(run -> results.orElseThrow().add(recording.lines(run, scores)));
        show(located.id(), scores);
        return ExitCode.OK;
    }

    private Map<Scoring, Evaluation> score(CheckpointArguments.Located located, SortedMap<String, List<Corpus>> test) {
        try (Tagger tagger = engine.with(engineArguments.toOptions()).tagger(located.files(), located.id())) {
            return BenchmarkScorer.score(
                    tagger, test, (done, total, corpus) -> terminal.progress(Figures.sentences(done, total, corpus)));
        }
    }

    private void show(String modelId, Map<Scoring, Evaluation> scores) {
        List<ScoreReport> reports = scoring.scorings().stream()
                .map(each -> ScoreReport.of(modelId, scores.get(each)))
                .toList();
        boolean one = reports.size() == 1;
        if (json) {
            terminal.printJson(one ? reports.get(0) : new AllScorings(modelId, reports));
        } else {
            terminal.print(one ? reports.get(0).table(byType) : ScoreReport.sideBySide(reports, byType));
        }
    }
}
