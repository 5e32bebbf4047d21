package dev.slicer.cli.report;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.console.TextFile;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.Report;
import dev.slicer.experiments.ScoreLog;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "report",
        description = {
            "Make tables and charts of scores: mean and standard deviation over the seeds for each setting, by language, "
                    + "and the gain of each h over standard fine-tuning.",
            "",
            "The scores are those that slicer evaluate --results has written. Each scoring and protocol has a table of "
                    + "its own. Without --output and --into the report goes to standard output, as Markdown."
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 failed; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer report docs/results/reproduction.jsonl",
            "  ./slicer report mine.jsonl docs/results/reproduction.jsonl --output report",
            "  ./slicer report docs/results/reproduction.jsonl --into docs/reproduction.md --charts docs/results"
        })
public final class ReportCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "RESULTS",
            description = "Files of scores, JSON Lines. Of two lines for the same measurement the later one counts.")
    private List<Path> results = List.of();

    @ArgGroup
    private Destination destination = new Destination();

    @Option(
            names = "--charts",
            paramLabel = "FOLDER",
            description = "With --into: write the charts to this folder and show them in the report.")
    private Optional<Path> charts = Optional.empty();

    @Option(
            names = "--standard-h",
            paramLabel = "N",
            defaultValue = "768",
            description = "The h that is standard fine-tuning: the encoders' hidden size. Default: ${DEFAULT-VALUE}, "
                    + "mbert's and XLM-R base's.")
    private int standardH = 768;

    @Option(names = "--json", description = "Print the report as a JSON object, F1 from 0 to 1.")
    private boolean json;

    /** At most one of the two. */
    static final class Destination {
        @Option(
                names = "--output",
                paramLabel = "FOLDER",
                description = "Write report.md, report.json and the charts (SVG) to this folder.")
        private Optional<Path> output = Optional.empty();

        @Option(
                names = "--into",
                paramLabel = "FILE.md",
                description = "Replace what is between the lines " + ReportBlock.BEGIN + " and " + ReportBlock.END
                        + " of this file.")
        private Optional<Path> into = Optional.empty();
    }

    public ReportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (charts.isPresent() && destination.into.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--charts is for --into; --output has the charts anyway");
        }
        if (standardH < 1) {
            throw new ParameterException(spec.commandLine(), "--standard-h must be at least 1, got " + standardH);
        }
        List<ScoreLine> scores =
                ScoreLog.read(results.stream().map(ScoreLog::new).toList());
        if (scores.isEmpty()) {
            throw new CommandFailedException(
                    "there is no score in " + results.get(0) + (results.size() > 1 ? " and the others" : ""));
        }
        Report report = Report.of(scores, standardH);
        destination.output.ifPresent(folder -> write(report, folder));
        destination.into.ifPresent(file -> insert(report, file));
        if (json) {
            terminal.print(report.json().stripTrailing());
        } else if (destination.output.isEmpty() && destination.into.isEmpty()) {
            terminal.print(report.markdown(Optional.empty()).stripTrailing());
        }
        return ExitCode.OK;
    }

    private void write(Report report, Path folder) {
        TextFile.replace(folder.resolve("report.md"), "# Report\n\n" + report.markdown(Optional.of("")));
        TextFile.replace(folder.resolve("report.json"), report.json());
        writeCharts(report, folder);
        terminal.note("report in " + folder.resolve("report.md"));
    }

    private void insert(Report report, Path file) {
        ReportBlock block = ReportBlock.of(file);
        charts.ifPresent(folder -> writeCharts(report, folder));
        block.replace(report.markdown(charts.map(folder -> link(file, folder))));
        terminal.note("report in " + file);
    }

    private static void writeCharts(Report report, Path folder) {
        report.charts().forEach((name, svg) -> TextFile.replace(folder.resolve(name), svg));
    }

    /** The folder as the Markdown file refers to it. */
    private static String link(Path file, Path folder) {
        String relative = file.toAbsolutePath()
                .normalize()
                .getParent()
                .relativize(folder.toAbsolutePath().normalize())
                .toString()
                .replace('\\', '/');
        return relative.isEmpty() ? "" : relative + "/";
    }
}
