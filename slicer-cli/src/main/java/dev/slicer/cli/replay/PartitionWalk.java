package dev.slicer.cli.replay;

import dev.slicer.cli.replay.PartitionProgress.Range;
import java.util.ArrayList;
import java.util.List;

/** One reading of a partition's letters, in order, from where {@link PartitionProgress#start} says. */
final class PartitionWalk {
    private final PartitionProgress before;
    private final List<Range> left = new ArrayList<>();
    private long next;
    private boolean lastIsLeft;

    PartitionWalk(PartitionProgress before) {
        this.before = before;
        this.next = before.start();
    }

    /** Whether the letter there was not fed back before. */
    boolean isLeft(long offset) {
        return before.isLeft(offset);
    }

    /** The letter there is fed back, now or before. */
    void gone(long offset) {
        next = offset + 1;
        lastIsLeft = false;
    }

    /** The letter there waits for another run. */
    void stays(long offset) {
        next = offset + 1;
        // Offsets between two letters have none: transactions' markers, and letters that Kafka's retention took.
        long from = lastIsLeft ? left.remove(left.size() - 1).from() : offset;
        left.add(new Range(from, next));
        lastIsLeft = true;
    }

    /** As it stands after the letters so far. */
    PartitionProgress progress() {
        List<Range> all = new ArrayList<>(left);
        all.addAll(before.leftFrom(next));
        return new PartitionProgress(Math.max(before.position(), next), all);
    }
}
