package dev.slicer.cli.demo;

/** Something in the demonstration that is not as it must be; the message is for people. */
final class DemoException extends RuntimeException {
    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
