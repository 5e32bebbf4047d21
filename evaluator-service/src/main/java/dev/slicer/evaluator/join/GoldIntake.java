package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.gold.RefusedGoldException;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jboss.logging.Logger;

/**
 * Sorts labelled documents by the id under which they are tagged, so that gold and answers of a document meet in one
 * partition. What nothing can be scored against goes to the dead letters.
 */
final class GoldIntake implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = Logger.getLogger(GoldIntake.class);

    private final GoldRules rules;
    private final Topics topics;
    private final RecordSizes sizes;
    private final JoinMetrics metrics;
    private final PassedOver passedOver;
    private ProcessorContext<byte[], byte[]> context;

    GoldIntake(GoldRules rules, Topics topics, RecordSizes sizes, JoinMetrics metrics, PassedOver passedOver) {
        this.rules = rules;
        this.topics = topics;
        this.sizes = sizes;
        this.metrics = metrics;
        this.passedOver = passedOver;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> toForwardTo) {
        context = toForwardTo;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        passedOver.take(StreamRecords.asConsumed(record, context), this::sort);
    }

    private void sort(ConsumerRecord<byte[], byte[]> consumed) {
        if (consumed.value() == null && GoldDocument.isId(consumed.key())) {
            // What is to be forgotten, behind all that was published of it in this partition.
            context.forward(new Record<>(consumed.key(), null, consumed.timestamp()), JoinTopology.GOLD_SINK);
            return;
        }
        try {
            GoldDocument gold = rules.read(KafkaEvents.read(consumed, LabelledDocument.class));
            ProducerRecord<byte[], byte[]> sorted = new ProducerRecord<>(
                    topics.goldDocuments(),
                    null,
                    null,
                    gold.documentId().getBytes(StandardCharsets.UTF_8),
                    consumed.value(),
                    OriginHeaders.toHeaders(consumed));
            if (sizes.fits(sorted)) {
                context.forward(StreamRecords.asForwarded(sorted, consumed.timestamp()), JoinTopology.GOLD_SINK);
            } else {
                refuse(
                        consumed,
                        DeadLetterReason.RECORD_TOO_LARGE,
                        "the record takes " + RecordSizes.of(sorted) + " bytes with its headers, at most "
                                + sizes.limit(topics.goldDocuments()) + " fit into a record");
            }
        } catch (InvalidEventException e) {
            refuse(consumed, DeadLetterReason.of(e), e.getMessage());
        } catch (RefusedGoldException e) {
            refuse(consumed, e.reason(), e.getMessage());
        }
    }

    private void refuse(ConsumerRecord<byte[], byte[]> consumed, DeadLetterReason reason, String cause) {
        LOG.warnf(
                "Refused the labelled document at %s-%d offset %d: %s",
                consumed.topic(), consumed.partition(), consumed.offset(), cause);
        metrics.refused(reason);
        sizes.deadLetter(topics.deadLetters(), consumed, reason, cause)
                .ifPresent(letter -> context.forward(
                        StreamRecords.asForwarded(letter, consumed.timestamp()), JoinTopology.DEAD_LETTERS_SINK));
    }
}
