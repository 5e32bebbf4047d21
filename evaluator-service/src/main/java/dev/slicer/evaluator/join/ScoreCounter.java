package dev.slicer.evaluator.join;

import dev.slicer.events.DocumentScored;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.PassedOver;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Counts scores once they are committed, each in one instance. */
final class ScoreCounter extends ContextualProcessor<byte[], byte[], Void, Void> {
    private final JoinMetrics metrics;
    private final PassedOver passedOver;

    ScoreCounter(JoinMetrics metrics, PassedOver passedOver) {
        this.metrics = metrics;
        this.passedOver = passedOver;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var consumed = StreamRecords.asConsumed(record, context());
        passedOver.take(consumed, score -> metrics.scored(KafkaEvents.read(score, DocumentScored.class)));
    }
}
