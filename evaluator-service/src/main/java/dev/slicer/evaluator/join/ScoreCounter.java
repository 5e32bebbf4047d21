package dev.slicer.evaluator.join;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.PassedOver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Reads scores once they are committed, each in one instance, counts them and hands them on. */
final class ScoreCounter extends ContextualProcessor<byte[], byte[], byte[], DocumentScored> {
    private final JoinMetrics metrics;
    private final PassedOver passedOver;

    ScoreCounter(JoinMetrics metrics, PassedOver passedOver) {
        this.metrics = metrics;
        this.passedOver = passedOver;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        passedOver.take(StreamRecords.asConsumed(record, context()), consumed -> {
            DocumentScored score = KafkaEvents.read(consumed, DocumentScored.class);
            if (score.outcome() != Outcome.FORGOTTEN) {
                metrics.scored(score);
            }
            context().forward(record.withValue(score));
        });
    }
}
