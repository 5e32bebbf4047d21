package dev.slicer.cli.trust;

import dev.slicer.checkpoint.CheckpointReport;
import dev.slicer.checkpoint.CheckpointReport.Finding;
import dev.slicer.cli.arguments.StoreArgument;
import dev.slicer.cli.arguments.Usage;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.ExitCode;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.CheckpointIds;
import dev.slicer.events.Require;
import dev.slicer.io.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Check that a checkpoint is what it says: every file against the manifest, the manifest's signature and digest.",
            "",
            "The digest that is printed is the one that announcements and promotions carry; it stands for every byte of the "
                    + "checkpoint."
        },
        footer = {
            "",
            "Exit codes: 0 all is good; 1 something is not, or there is no such checkpoint; 2 wrong usage.",
            "",
            "Examples:",
            "  ./slicer verify slicer-mbert-h8-20261122T101500-3f2a",
            "  ./slicer verify run/last --trusted-keys keys/trainer.pub.pem"
        })
public final class VerifyCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Home home;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ID|FOLDER", description = "The checkpoint: an id of the store, or its folder.")
    private String checkpoint = "";

    @Option(
            names = "--digest",
            paramLabel = "SHA256",
            description = "The digest that it must have, sha256: and 64 hexadecimal digits.")
    private Optional<String> digest = Optional.empty();

    @Option(
            names = "--json",
            description = "Print one JSON object: the digest, the signer, and what was found of each file.")
    private boolean json;

    @Mixin
    private StoreArgument store = new StoreArgument();

    /** What {@code --json} prints. */
    private record Result(
            String checkpointId,
            String folder,
            boolean good,
            Optional<String> digest,
            Optional<String> signer,
            List<Finding> findings) {}

    public VerifyCommand(Terminal terminal, Home home) {
        this.terminal = terminal;
        this.home = home;
    }

    @Override
    public Integer call() {
        digest.ifPresent(named -> Usage.check(spec.commandLine(), () -> Require.digest("--digest", named)));
        Path folder = folder();
        String id = folder.getFileName().toString();
        CheckpointReport report = CheckpointReport.of(folder, id, digest, store.trust());
        if (json) {
            terminal.printJson(new Result(
                    id, folder.toString(), report.isGood(), report.digest(), report.signer(), report.findings()));
        } else {
            report.findings()
                    .forEach(finding -> terminal.print((finding.problem().isEmpty() ? "good    " : "WRONG   ")
                            + finding.file()
                            + finding.problem().map(problem -> ": " + problem).orElse("")));
            report.digest().ifPresent(found -> terminal.print("digest  " + found));
            terminal.print("signed  " + signature(report));
        }
        if (!report.isGood()) {
            throw new CommandFailedException(id + " is not what it should be");
        }
        terminal.note(id + " is good");
        return ExitCode.OK;
    }

    private static String signature(CheckpointReport report) {
        return report.signer()
                .map(key -> "by " + key + ", which is trusted")
                .orElseGet(() -> report.signers().isEmpty()
                        ? "by nobody"
                        : "by " + String.join(", ", report.signers()) + ", as it says; --trusted-keys would check it");
    }

    private Path folder() {
        Path named = Path.of(checkpoint);
        if (Files.isDirectory(named)) {
            return named.toAbsolutePath().normalize();
        }
        if (!CheckpointIds.isValid(checkpoint)) {
            throw new CommandFailedException("there is no folder " + checkpoint);
        }
        Path folder = store.orDefault(home).resolve(checkpoint).toAbsolutePath().normalize();
        if (!Files.isDirectory(folder)) {
            throw new CommandFailedException(folder + ": there is no such checkpoint");
        }
        return folder;
    }
}
