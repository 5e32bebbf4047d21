package dev.slicer.cli.console;

/** A command that cannot do what it was asked for; the message is for people. */
public class CommandFailedException extends RuntimeException {
    public CommandFailedException(String message) {
        super(message);
    }

    public CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
