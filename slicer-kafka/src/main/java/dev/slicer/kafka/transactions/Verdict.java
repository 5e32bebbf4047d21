package dev.slicer.kafka.transactions;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.requests.TransactionResult;

/**
 * How a transaction that hangs was decided. Its partitions must all get the same marker: where its offsets have got
 * theirs and its answers are aborted, answers are lost; where offsets were aborted and answers are committed, they come
 * twice.
 */
public enum Verdict {
    COMMITTED(TransactionResult.COMMIT),
    ABORTED(TransactionResult.ABORT);

    private final TransactionResult marker;

    Verdict(TransactionResult marker) {
        this.marker = marker;
    }

    TransactionResult marker() {
        return marker;
    }

    /**
     * Follows what the coordinator wrote of a transactional id.
     *
     * @param history records of the id, oldest first; older ones may be missing
     * @return empty where the records that would tell are missing
     */
    static Optional<Verdict> of(OpenTransaction open, List<TransactionRecord> history) {
        boolean told = false;
        boolean takesPart = false;
        Optional<Verdict> verdict = Optional.empty();
        for (TransactionRecord record : history) {
            if (record.producerId() != open.producerId()) {
                continue;
            }
            // Compaction removes what is older than a record that is there, never what is newer.
            told |= record.epoch() <= open.epoch() && !record.at().isAfter(open.lastWritten());
            switch (record.status()) {
                case ONGOING ->
                    takesPart = record.epoch() == open.epoch()
                            && record.partitions().contains(open.partition());
                case PREPARE_COMMIT, PREPARE_ABORT -> {
                    if (record.partitions().contains(open.partition()) && (takesPart || isNext(record, open))) {
                        verdict = Optional.of(
                                record.status() == TransactionRecord.Status.PREPARE_COMMIT ? COMMITTED : ABORTED);
                    }
                    takesPart = false;
                }
                default -> {
                    // Says nothing of a transaction's end.
                }
            }
        }
        // A record that came when its transaction was over, or never was one of it: no producer was told that it
        // counts.
        return verdict.isPresent() || !told ? verdict : Optional.of(ABORTED);
    }

    /** With transaction version 2 each transaction has an epoch of its own, and is ended with the next. */
    private static boolean isNext(TransactionRecord decided, OpenTransaction open) {
        return decided.epoch() == open.epoch() + 1;
    }
}
