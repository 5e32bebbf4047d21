package dev.slicer.jobs;

/** A job whose story could not be told, as nobody took it. */
public final class UntoldException extends RuntimeException {
    UntoldException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
