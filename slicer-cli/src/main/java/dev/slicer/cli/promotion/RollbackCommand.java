package dev.slicer.cli.promotion;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.CheckpointEvent.Kind;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "rollback",
        description = {
            "Serve the previous checkpoint again.",
            "",
            "The promoted checkpoint is rolled back, and the one that was promoted before it is promoted again. A second "
                    + "rollback goes back one checkpoint more. Only slicer promote promotes a checkpoint that was rolled "
                    + "back."
        },
        footer = {
            "",
            "Exit codes: 0 rolled back; 1 failed, also when there is no previous checkpoint; 2 wrong usage.",
            "",
            "Example: ./slicer rollback --reason \"finds places in every sentence\""
        })
public final class RollbackCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PromotionArguments promotion = new PromotionArguments();

    public RollbackCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        promotion.take(
                Kind.ROLLED_BACK,
                (promotions, topics) -> promotions
                        .promoted()
                        .orElseThrow(() -> new CommandFailedException(
                                "no checkpoint is promoted on " + topics.checkpointEvents())),
                Optional.empty(),
                spec.commandLine(),
                terminal,
                clock);
        return ExitCode.OK;
    }
}
