package dev.slicer.checkpoint.signing;

import java.nio.file.Path;

/** A file that has not the key that it should have; the message is for people and has none of its content. */
public final class SigningKeyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SigningKeyException(Path file, String problem) {
        super(file + ": " + problem);
    }

    SigningKeyException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
    }
}
