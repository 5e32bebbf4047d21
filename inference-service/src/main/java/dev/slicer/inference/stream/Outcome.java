package dev.slicer.inference.stream;

import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.text.TaggedDocument;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What becomes of one record of documents. */
public sealed interface Outcome {
    /** What is written for it. */
    Optional<ProducerRecord<byte[], byte[]>> answer();

    record Tagged(TaggedDocument document, ProducerRecord<byte[], byte[]> record) implements Outcome {
        @Override
        public Optional<ProducerRecord<byte[], byte[]>> answer() {
            return Optional.of(record);
        }
    }

    /** @param answer empty where the topic of dead letters has no room for it */
    record DeadLetter(DeadLetterReason reason, Optional<ProducerRecord<byte[], byte[]>> answer) implements Outcome {}

    /**
     * Of a document on trial for a checkpoint that cannot tag it.
     *
     * @param answer that the checkpoint is unusable, once for all its documents
     */
    record Skipped(String modelId, Optional<ProducerRecord<byte[], byte[]>> answer) implements Outcome {}
}
