package dev.slicer.cli;

import java.nio.file.Path;

/** What a command did, for tests of other packages. */
public record CommandRun(int exitCode, String out, String err) {
    public static CommandRun of(Path home, String... arguments) {
        CommandLineFixture slicer = new CommandLineFixture(home);
        int exitCode = slicer.run(arguments);
        return new CommandRun(exitCode, slicer.out(), slicer.err());
    }
}
