package dev.slicer.kafka.transactions;

import static dev.slicer.kafka.transactions.TransactionRecord.Status.COMPLETE_COMMIT;
import static dev.slicer.kafka.transactions.TransactionRecord.Status.EMPTY;
import static dev.slicer.kafka.transactions.TransactionRecord.Status.ONGOING;
import static dev.slicer.kafka.transactions.TransactionRecord.Status.PREPARE_ABORT;
import static dev.slicer.kafka.transactions.TransactionRecord.Status.PREPARE_COMMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.transactions.TransactionRecord.Status;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final TopicPartition HERE = new TopicPartition("entities", 3);
    private static final TopicPartition ELSEWHERE = new TopicPartition("entities", 4);
    private static final long PRODUCER = 1;
    private static final Instant WRITTEN = Instant.parse("2026-03-01T12:00:00Z");
    /** With epoch 26. */
    private static final OpenTransaction OPEN = new OpenTransaction(HERE, PRODUCER, (short) 26, 0, 290, WRITTEN);

    @Test
    void shouldCommitWhatWasCommittedThoughTheProducerHasComeBackSince() {
        assertThat(Verdict.of(
                        OPEN,
                        List.of(
                                record(26, ONGOING, HERE, ELSEWHERE),
                                record(27, PREPARE_COMMIT, HERE, ELSEWHERE),
                                record(27, COMPLETE_COMMIT),
                                record(28, EMPTY))))
                .contains(Verdict.COMMITTED);
    }

    @Test
    void shouldAbortWhatWasAborted() {
        assertThat(Verdict.of(OPEN, List.of(record(26, ONGOING, HERE), record(27, PREPARE_ABORT, HERE))))
                .contains(Verdict.ABORTED);
    }

    @Test
    void shouldTellTransactionsOfOneEpochApart() {
        // Given brokers that bump no epoch: the transaction before was aborted
        List<TransactionRecord> history = List.of(
                record(26, ONGOING, HERE),
                record(26, PREPARE_ABORT, HERE),
                record(26, ONGOING, HERE),
                record(26, PREPARE_COMMIT, HERE));

        // Then
        assertThat(Verdict.of(OPEN, history)).contains(Verdict.COMMITTED);
    }

    @Test
    void shouldNotTakeTheTransactionBeforeForIt() {
        // Given: what ended with epoch 26 had epoch 25
        List<TransactionRecord> history =
                List.of(record(25, ONGOING, HERE), record(26, PREPARE_COMMIT, HERE), record(26, COMPLETE_COMMIT));

        // Then: what came later was none of a transaction's
        assertThat(Verdict.of(OPEN, history)).contains(Verdict.ABORTED);
    }

    @Test
    void shouldAbortWhatCameWhenItsTransactionWithoutThatPartitionWasOver() {
        assertThat(Verdict.of(OPEN, List.of(record(26, ONGOING, ELSEWHERE), record(27, PREPARE_COMMIT, ELSEWHERE))))
                .contains(Verdict.ABORTED);
    }

    @Test
    void shouldSayNothingWhereTheRecordsThatWouldTellAreCompactedAway() {
        assertThat(Verdict.of(OPEN, List.of(later(28, EMPTY)))).isEmpty();
        assertThat(Verdict.of(OPEN, List.of())).isEmpty();
    }

    @Test
    void shouldNotBelieveRecordsOfAnotherProducer() {
        assertThat(Verdict.of(
                        OPEN,
                        List.of(new TransactionRecord(
                                "first", PRODUCER + 1, (short) 27, PREPARE_COMMIT, Set.of(HERE), WRITTEN))))
                .isEmpty();
    }

    private static TransactionRecord record(int epoch, Status status, TopicPartition... partitions) {
        return new TransactionRecord("first", PRODUCER, (short) epoch, status, Set.of(partitions), WRITTEN);
    }

    private static TransactionRecord later(int epoch, Status status) {
        return new TransactionRecord("first", PRODUCER, (short) epoch, status, Set.of(), WRITTEN.plusSeconds(60));
    }
}
