package dev.slicer.kafka.access;

import java.util.Locale;

/** Who gets rights of their own; the name of each is that of its principal unless an operator gives it another. */
public enum Grantee {
    TRAINER("the trainers"),
    INFERENCE("the instances of inference"),
    EVALUATOR("the evaluators"),
    OPERATOR("people who say `./slicer promote` and `./slicer rollback`"),
    PUBLISHER("people who say `./slicer publish`"),
    REPLAYER("people who say `./slicer replay`"),
    FORGETTER("people who say `./slicer forget`"),
    REQUESTER("programs that have checkpoints trained"),
    SENDER("programs that have documents tagged"),
    READER("programs that read the answers"),
    PREPARER("people who say `./slicer topics`");

    private final String who;

    Grantee(String who) {
        this.who = who;
    }

    public String who() {
        return who;
    }

    /** As it is written: {@code trainer}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
