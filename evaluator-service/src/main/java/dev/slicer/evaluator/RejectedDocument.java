package dev.slicer.evaluator;

/** A labelled document, or the answer to one, that cannot be used; the message says what is wrong with it. */
final class RejectedDocument extends RuntimeException {
    private final Rejection rejection;

    RejectedDocument(Rejection rejection, String message) {
        super(message);
        this.rejection = rejection;
    }

    Rejection rejection() {
        return rejection;
    }
}
