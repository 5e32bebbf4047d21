package dev.slicer.evaluator.scores;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.InvalidEventException;
import dev.slicer.service.KafkaEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Puts what the topic of scores holds on the board, and shows it. */
public final class ScoreReader {
    private final ScoreBoard board;
    private final ScoreGauges gauges;

    public ScoreReader(ScoreBoard board, ScoreGauges gauges) {
        this.board = board;
        this.gauges = gauges;
    }

    /** @throws InvalidEventException where the record is no score */
    public void read(ConsumerRecord<byte[], byte[]> record) {
        DocumentScored score = KafkaEvents.read(record, DocumentScored.class);
        board.add(score);
        gauges.show(score);
    }
}
