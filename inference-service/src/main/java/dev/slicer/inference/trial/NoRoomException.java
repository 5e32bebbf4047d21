package dev.slicer.inference.trial;

/** There is no memory for a second model here; its documents are left to other instances. */
final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoRoomException(String problem) {
        super(problem);
    }
}
