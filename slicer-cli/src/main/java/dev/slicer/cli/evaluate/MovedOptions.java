package dev.slicer.cli.evaluate;

import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that {@code slicer evaluate} once had; each names the command that does it now. */
final class MovedOptions {
    @Option(names = "--publish", hidden = true, parameterConsumer = ToPublish.class)
    private boolean publish;

    @Option(
            names = {"--snapshot", "--validation", "--average-last"},
            hidden = true,
            parameterConsumer = ToEvaluateRun.class)
    private List<String> snapshots = List.of();

    private static final class ToPublish implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            throw new ParameterException(
                    command.commandLine(), "--publish is a command of its own now: ./slicer publish");
        }
    }

    private static final class ToEvaluateRun implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            throw new ParameterException(
                    command.commandLine(),
                    "--snapshot, --validation and --average-last are options of ./slicer evaluate-run now");
        }
    }
}
