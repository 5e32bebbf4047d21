package dev.slicer.evaluator.join;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.InvalidEventException;
import dev.slicer.service.KafkaEvents;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/** Counts scores once they are committed, each in one instance. */
final class Counting extends ContextualProcessor<byte[], byte[], Void, Void> {
    private static final Logger LOG = Logger.getLogger(Counting.class);

    private final JoinMetrics metrics;

    Counting(JoinMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var consumed = StreamRecords.asConsumed(record, context());
        try {
            metrics.scored(KafkaEvents.read(consumed, DocumentScored.class));
        } catch (InvalidEventException e) {
            LOG.errorf(
                    "%s-%d offset %d is no score: %s",
                    consumed.topic(), consumed.partition(), consumed.offset(), e.getMessage());
        }
    }
}
