package dev.slicer.access;

/** A key file that cannot be used; the message says where and why, and quotes nothing of it. */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message, Throwable cause) {
        super(message, cause);
    }

    KeyFileException(String message) {
        super(message);
    }
}
