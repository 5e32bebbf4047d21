package dev.slicer.cli.promotion;

import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.Require;
import dev.slicer.events.Topics;
import dev.slicer.promotion.Promotions;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "promote",
        description = {
            "Serve a checkpoint, regardless of its scores.",
            "",
            "The evaluator promotes a new checkpoint by itself when its scores are good enough. This command promotes one "
                    + "by hand: a candidate, a refused checkpoint or an earlier one. The decision is written to the topic "
                    + "of checkpoint events, which every inference service follows."
        },
        footer = {
            "",
            "Exit codes: 0 promoted; 1 failed, also when it is promoted already or was never announced; 2 wrong usage.",
            "",
            "Example: ./slicer promote en-h8-seed42 --reason \"better on our own texts\""
        })
public final class PromoteCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "The checkpoint to promote.")
    private String checkpointId = "";

    @Option(
            names = "--digest",
            paramLabel = "SHA256",
            description =
                    "Serve the checkpoint only with this digest, sha256: and 64 hexadecimal digits, as slicer verify "
                            + "prints it. Default: the one that was announced.")
    private Optional<String> digest = Optional.empty();

    @Mixin
    private PromotionArguments promotion = new PromotionArguments();

    public PromoteCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        digest.ifPresent(named -> Usage.check(spec.commandLine(), () -> Require.digest("--digest", named)));
        promotion.take(Kind.PROMOTED, this::announced, digest, spec.commandLine(), terminal, clock);
        return ExitCode.OK;
    }

    /** An inference service loads a checkpoint from the address in its announcement. */
    private String announced(Promotions promotions, Topics topics) {
        if (promotions.announcement(checkpointId).isEmpty()) {
            throw new CommandFailedException(checkpointId + " was never announced on " + topics.checkpoints()
                    + (promotions.candidates().isEmpty()
                            ? ""
                            : "; candidates: " + String.join(", ", promotions.candidates())));
        }
        return checkpointId;
    }
}
