package dev.slicer.evaluator.scores;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.InvalidEventException;
import dev.slicer.service.KafkaEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Puts what the topic of scores holds on the board, and shows it. */
public final class Scores {
    private static final Logger LOG = Logger.getLogger(Scores.class);

    private final ScoreBoard board;
    private final ScoreGauges gauges;

    public Scores(ScoreBoard board, ScoreGauges gauges) {
        this.board = board;
        this.gauges = gauges;
    }

    public void read(ConsumerRecord<byte[], byte[]> record) {
        try {
            DocumentScored score = KafkaEvents.read(record, DocumentScored.class);
            board.add(score);
            gauges.show(score);
        } catch (InvalidEventException e) {
            LOG.errorf(
                    "%s-%d offset %d is no score: %s",
                    record.topic(), record.partition(), record.offset(), e.getMessage());
        }
    }
}
