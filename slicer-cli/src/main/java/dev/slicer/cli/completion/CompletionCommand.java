package dev.slicer.cli.completion;

import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = {
            "Print a script that lets bash and zsh complete slicer's commands and options.",
            "",
            "A shell that has read it completes after ./slicer and after slicer."
        },
        footer = {
            "",
            "Exit codes: 0 printed; 2 wrong usage.",
            "",
            "Examples:",
            "  source <(./slicer completion)",
            "  ./slicer completion > ~/.local/share/bash-completion/completions/slicer"
        })
public final class CompletionCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    public CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandSpec root = spec.root();
        terminal.print(AutoComplete.bash(root.name(), root.commandLine()).stripTrailing());
        return ExitCode.OK;
    }
}
