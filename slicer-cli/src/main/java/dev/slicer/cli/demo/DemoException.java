package dev.slicer.cli.demo;

import dev.slicer.cli.console.CommandFailedException;

/** The demonstration cannot go on; the message is for users. */
final class DemoException extends CommandFailedException {
    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
