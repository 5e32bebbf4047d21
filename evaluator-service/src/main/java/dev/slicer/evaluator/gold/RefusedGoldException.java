package dev.slicer.evaluator.gold;

import dev.slicer.kafka.records.DeadLetterReason;

/** A labelled document that nothing can be scored against. */
public final class RefusedGoldException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final DeadLetterReason reason;

    public RefusedGoldException(DeadLetterReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public DeadLetterReason reason() {
        return reason;
    }
}
