package dev.slicer.cli.evaluate;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.cli.arguments.CheckpointArguments;
import dev.slicer.cli.arguments.CorpusArguments;
import dev.slicer.cli.arguments.EngineArguments;
import dev.slicer.cli.arguments.LanguageCorpora;
import dev.slicer.cli.arguments.TestSetArguments;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.home.RunFolder;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.BenchmarkSets;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.RunScorer;
import dev.slicer.experiments.RunScorer.Candidate;
import dev.slicer.experiments.RunSettings;
import dev.slicer.io.Home;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate-run",
        description = {
            "Score a whole training run: its last checkpoint, the best of its snapshots, the mean of the last ones.",
            "",
            "A protocol says which model of a run counts: last; best-validation, for each language the model that is best "
                    + "on validation sentences; average-last-K, the mean of the last K models' weights. Everything is "
                    + "computed on this machine, and the scores are kept for slicer report."
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
            "Example:",
            "  ./slicer evaluate-run --checkpoint run/last --snapshot run/step-* --test *.test.conll \\",
            "      --validation *.dev.conll --average-last 3 --results scores.jsonl --benchmark news"
        })
public final class EvaluateRunCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;
    private final Engine engine;

    @Spec
    private CommandSpec spec;

    @Mixin
    private TestSetArguments testSets = new TestSetArguments();

    @Mixin
    private SnapshotArguments run = new SnapshotArguments();

    @Option(
            names = "--results",
            required = true,
            paramLabel = "FILE",
            description = "Append the scores to this file: JSON Lines, a line for each language, scoring and protocol.")
    private Path results;

    @Option(
            names = "--benchmark",
            required = true,
            paramLabel = "NAME",
            description = "What the test sets are called in the results, as masakhaner.")
    private String benchmark = "";

    @Mixin
    private RunSettingsArguments settings = new RunSettingsArguments();

    @Mixin
    private ScoringArgument scoring = new ScoringArgument();

    @Option(names = "--json", description = "Print the scores as one JSON object.")
    private boolean json;

    @Mixin
    private CorpusArguments corpora = new CorpusArguments();

    @Mixin
    private CheckpointArguments checkpoint = new CheckpointArguments();

    @Mixin
    private EngineArguments engineArguments = new EngineArguments();

    /** What {@code --json} prints. */
    private record RunScores(String modelId, List<ScoreLine> scores) {}

    public EvaluateRunCommand(Terminal terminal, Home home, Engine engine) {
        this.terminal = terminal;
        this.home = home;
        this.engine = engine;
    }

    @Override
    public Integer call() {
        run.check(spec.commandLine());
        CorpusOptions options = corpora.parse(spec.commandLine());
        SortedMap<String, List<Corpus>> test = testSets.open(options, spec.commandLine(), terminal);
        CheckpointArguments.Located located = checkpoint.locate(home);
        ResultsFile file = new ResultsFile(results, terminal);
        // Before the scoring, which takes longer than to see that the scores cannot be kept.
        file.requireWritable();
        List<Candidate> snapshots = run.snapshots(spec.commandLine()).stream()
                .map(snapshot -> new Candidate(snapshot.step(), checkpoint.inFolder(snapshot.folder(), home)))
                .toList();
        RunSettings recorded = settings(located.files());
        SortedMap<String, List<Corpus>> validation =
                LanguageCorpora.open(run.validation(), options, "--validation", spec.commandLine());
        BenchmarkSets sets = new BenchmarkSets(benchmark, test, validation);
        show(located.id(), score(located.files(), snapshots, recorded, sets, file));
        return ExitCode.OK;
    }

    private RunSettings settings(ModelFiles last) {
        Manifest manifest = Manifest.read(last);
        if (RunSettingsArguments.isAverage(manifest)) {
            throw new CommandFailedException(last.folder()
                    + " is an average of checkpoints, not the last checkpoint of a run; score it with ./slicer "
                    + "evaluate --protocol");
        }
        return settings.complete(manifest, last.folder());
    }

    private List<ScoreLine> score(
            ModelFiles last, List<Candidate> snapshots, RunSettings recorded, BenchmarkSets sets, ResultsFile file) {
        try (RunFolder work = RunFolder.create(home.runs(), "evaluate", false)) {
            RunScorer scorer = new RunScorer(
                    sets, engine.with(engineArguments.toOptions()), work.path(), progress(file), () -> false);
            return scorer.score(recorded, last, snapshots, run.averageLast());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private RunScorer.Progress progress(ResultsFile file) {
        return new RunScorer.Progress() {
            @Override
            public void scored(String model, long done, long total, String corpus) {
                terminal.progress(model + ": " + Figures.sentences(done, total, corpus));
            }

            @Override
            public void finished(List<ScoreLine> lines) {
                file.add(lines);
            }
        };
    }

    private void show(String modelId, List<ScoreLine> lines) {
        if (json) {
            terminal.printJson(new RunScores(modelId, lines));
        } else {
            terminal.print(scoring.scorings().stream()
                    .map(each -> new ProtocolTable(modelId, each, lines).render())
                    .collect(Collectors.joining("\n\n")));
        }
    }
}
