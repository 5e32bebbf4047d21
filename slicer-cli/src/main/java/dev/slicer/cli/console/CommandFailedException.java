package dev.slicer.cli.console;

/** A command fails for a reason that its user can do something about; the message is shown as it is. */
public class CommandFailedException extends RuntimeException {
    public CommandFailedException(String message) {
        super(message);
    }

    public CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
