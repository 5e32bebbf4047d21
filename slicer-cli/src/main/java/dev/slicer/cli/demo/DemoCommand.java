package dev.slicer.cli.demo;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.io.Home;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Run the whole loop on this machine: broker, services, fine-tuning, tagging, scores.",
            "",
            "Starts an Apache Kafka broker and the three services, fetches multilingual BERT (once, about 660 MB) and "
                    + "fine-tunes it with SLICER on the bundled English sentences. The evaluator promotes the result, the "
                    + "inference service loads it and tags the bundled test sets of the other languages as a stream; F1 is "
                    + "printed by language. Then everything keeps running until Ctrl-C. The first run takes minutes; later "
                    + "runs reuse the checkpoint."
        },
        footer = {
            "",
            "Exit codes: 0 every stage worked; 1 a stage failed, or the mean F1 of the languages that were not trained "
                    + "on is too low; 2 wrong usage.",
            "",
            "Example: ./slicer demo --once --json > scores.json"
        })
public final class DemoCommand implements Callable<Integer> {
    /** System property that {@code ./slicer} sets: Slicer's folder. */
    private static final String ROOT_PROPERTY = "slicer.root";

    private final Terminal terminal;
    private final Home home;

    @Option(names = "--once", description = "End after the scores instead of at Ctrl-C.")
    private boolean once;

    @Option(
            names = "--keep",
            description = "Keep the run's logs and topics until the next run. Default: remove them at the end.")
    private boolean keep;

    @Option(names = "--json", description = "Print the scores as one JSON object.")
    private boolean json;

    @Option(
            names = "--secured",
            description =
                    "With a broker that lets in whom it knows, over TLS and by password, and allows each service no "
                            + "more than it needs (docs/acls.md).")
    private boolean secured;

    public DemoCommand(Terminal terminal, Home home) {
        this.terminal = terminal;
        this.home = home;
    }

    @Override
    public Integer call() {
        Path installation = Optional.ofNullable(System.getProperty(ROOT_PROPERTY))
                .map(Path::of)
                .orElseThrow(() -> new CommandFailedException(
                        "system property " + ROOT_PROPERTY + " must name Slicer's folder, as ./slicer sets it"));
        new Demo(terminal, home, installation, new Demo.Options(once, keep, json, secured)).run();
        return ExitCode.OK;
    }
}
