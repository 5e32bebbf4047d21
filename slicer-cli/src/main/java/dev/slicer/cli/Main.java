package dev.slicer.cli;

import dev.slicer.cli.access.AclsCommand;
import dev.slicer.cli.access.TopicsCommand;
import dev.slicer.cli.arguments.Converters;
import dev.slicer.cli.attention.AttentionCommand;
import dev.slicer.cli.checkpoints.AverageCommand;
import dev.slicer.cli.checkpoints.TrimCommand;
import dev.slicer.cli.completion.CompletionCommand;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.demo.DemoCommand;
import dev.slicer.cli.evaluate.EvaluateCommand;
import dev.slicer.cli.evaluate.EvaluateRunCommand;
import dev.slicer.cli.keys.ApiKeyCommand;
import dev.slicer.cli.promotion.PromoteCommand;
import dev.slicer.cli.promotion.RollbackCommand;
import dev.slicer.cli.publish.PublishCommand;
import dev.slicer.cli.replay.ReplayCommand;
import dev.slicer.cli.report.ReportCommand;
import dev.slicer.cli.sweep.SweepCommand;
import dev.slicer.cli.tag.TagCommand;
import dev.slicer.cli.train.TrainCommand;
import dev.slicer.cli.trust.KeysCommand;
import dev.slicer.cli.trust.VerifyCommand;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.TorchProgram;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.ModelEngine;
import dev.slicer.io.Home;
import dev.slicer.models.ModelStore;
import dev.slicer.models.hub.ModelReference;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line, {@code ./slicer}. */
@Command(
        name = "slicer",
        mixinStandardHelpOptions = true,
        version = "slicer 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Multilingual named entities: train on one language, tag many.",
        },
        footer = {"", "Begin with: ./slicer demo", "Help on a command: ./slicer COMMAND --help"})
public final class Main {
    /** Environment variable that asks for the stack trace of a mistake in the program. */
    private static final String TRACE = "SLICER_TRACE";

    /** Kept in a field, since the logging framework forgets the level of a logger without references. */
    private static final List<Logger> QUIETENED = List.of(
            Logger.getLogger(""),
            Logger.getLogger("org.apache.kafka"),
            Logger.getLogger("ai.djl"),
            Logger.getLogger("dev.slicer.jobs"),
            Logger.getLogger("dev.slicer.kafka"));

    private Main() {}

    public static void main(String[] arguments) {
        QUIETENED.get(0).setLevel(Level.WARNING);
        QUIETENED.get(1).setLevel(Level.SEVERE);
        QUIETENED.get(2).setLevel(Level.WARNING);
        // Why a job failed, or a broker refused a record, is the command's to tell.
        QUIETENED.get(3).setLevel(Level.SEVERE);
        QUIETENED.get(4).setLevel(Level.SEVERE);
        TorchProgram.finishCallsAtExit();
        Home home = Home.ofProcess();
        System.exit(commandLine(Terminal.ofProcess(), System.in, home, engine(home), Clock.systemUTC())
                .execute(arguments));
    }

    private static Engine engine(Home home) {
        return new ModelEngine(ModelReference::parse, new ModelStore(home.models()), EngineOptions.defaults());
    }

    static CommandLine commandLine(Terminal terminal, InputStream input, Home home, Engine engine, Clock clock) {
        CommandLine commandLine = new CommandLine(new Main())
                .addSubcommand(new DemoCommand(terminal, home))
                .addSubcommand(new TrainCommand(terminal, home, engine, clock))
                .addSubcommand(new TagCommand(terminal, input, home, engine))
                .addSubcommand(new EvaluateCommand(terminal, home, engine))
                .addSubcommand(new EvaluateRunCommand(terminal, home, engine))
                .addSubcommand(new SweepCommand(terminal, home, engine, clock))
                .addSubcommand(new AverageCommand(terminal, home, engine, clock))
                .addSubcommand(new TrimCommand(terminal, home, engine, clock))
                .addSubcommand(new VerifyCommand(terminal, home))
                .addSubcommand(new KeysCommand(terminal))
                .addSubcommand(new AttentionCommand(terminal, home, engine))
                .addSubcommand(new ReportCommand(terminal))
                .addSubcommand(new PublishCommand(terminal, clock))
                .addSubcommand(new PromoteCommand(terminal, clock))
                .addSubcommand(new RollbackCommand(terminal, clock))
                .addSubcommand(new ReplayCommand(terminal, clock))
                .addSubcommand(new ApiKeyCommand(terminal, clock))
                .addSubcommand(new AclsCommand(terminal))
                .addSubcommand(new TopicsCommand(terminal))
                .addSubcommand(new CompletionCommand(terminal));
        commandLine
                .getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
        return Converters.register(commandLine)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(100)
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((wrong, given) -> reportUsage(wrong, terminal))
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, terminal));
    }

    /** One line says what is wrong: the whole help behind it would push it out of sight. */
    private static int reportUsage(ParameterException wrong, Terminal terminal) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        terminal.note("slicer: " + wrong.getMessage());
        terminal.note("Help: ./" + command + " --help");
        return ExitCode.USAGE;
    }

    private static int report(Exception failure, Terminal terminal) {
        Optional<String> message = FailureMessage.of(failure);
        terminal.note("slicer: " + message.orElse("an unexpected error; set " + TRACE + "=1 to see its stack trace"));
        if (message.isEmpty() && System.getenv(TRACE) != null) {
            failure.printStackTrace(terminal.err());
        }
        return ExitCode.FAILED;
    }
}
