package dev.slicer.inference;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.KafkaEvents;
import dev.slicer.tagging.Tagger;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Turns records of the documents topic into records of the entities and dead-letters topics, one for one, in order. */
final class DocumentBatch {
    private static final Logger LOG = Logger.getLogger(DocumentBatch.class);
    /** Room for headers and Kafka's own framing in a record of {@link StreamClients#MAX_RECORD_BYTES}. */
    private static final int OVERHEAD_BYTES = 64 * 1024;

    /** What becomes of one record. */
    sealed interface Outcome {
        ProducerRecord<byte[], byte[]> record();
    }

    record Tagged(TaggedDocument document, ProducerRecord<byte[], byte[]> record) implements Outcome {}

    record DeadLetter(DeadLetterReason reason, ProducerRecord<byte[], byte[]> record) implements Outcome {}

    /** @param tagging time spent in the model */
    record Result(List<Outcome> outcomes, Duration tagging) {}

    private sealed interface Input {}

    private record Readable(ConsumerRecord<byte[], byte[]> record, Document document) implements Input {}

    private record Unreadable(DeadLetter letter) implements Input {}

    private final Topics topics;
    private final KafkaEvents events;
    private final int maxTextLength;

    DocumentBatch(Topics topics, KafkaEvents events, int maxTextLength) {
        this.topics = topics;
        this.events = events;
        this.maxTextLength = maxTextLength;
    }

    /** @throws RuntimeException where the model itself is broken, not a document */
    Result run(Tagger tagger, Iterable<ConsumerRecord<byte[], byte[]>> records) {
        List<Input> inputs = new ArrayList<>();
        List<Document> documents = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Input input = read(record);
            inputs.add(input);
            if (input instanceof Readable readable) {
                documents.add(readable.document());
            }
        }
        long start = System.nanoTime();
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        try {
            List<TaggedDocument> tagged = documents.isEmpty() ? List.of() : tagger.tag(documents);
            int next = 0;
            for (Input input : inputs) {
                outcomes.add(
                        input instanceof Readable readable
                                ? answer(tagger, readable, tagged.get(next++))
                                : ((Unreadable) input).letter());
            }
        } catch (RuntimeException e) {
            LOG.warnf(e, "the model failed on a batch of %d documents; trying them one by one", documents.size());
            outcomes.clear();
            inputs.forEach(input -> outcomes.add(alone(tagger, input)));
        }
        return new Result(List.copyOf(outcomes), Duration.ofNanos(System.nanoTime() - start));
    }

    private Input read(ConsumerRecord<byte[], byte[]> record) {
        try {
            DocumentEvent event = KafkaEvents.read(record, DocumentEvent.class);
            if (event.text().length() > maxTextLength) {
                return new Unreadable(deadLetter(
                        record,
                        DeadLetterReason.TEXT_TOO_LONG,
                        "text has " + event.text().length() + " UTF-16 units, at most " + maxTextLength
                                + " are configured"));
            }
            return new Readable(record, event.toDocument());
        } catch (InvalidEventException e) {
            return new Unreadable(deadLetter(record, DeadLetterReason.of(e), e.getMessage()));
        }
    }

    private Outcome alone(Tagger tagger, Input input) {
        if (!(input instanceof Readable readable)) {
            return ((Unreadable) input).letter();
        }
        try {
            return answer(
                    tagger, readable, tagger.tag(List.of(readable.document())).get(0));
        } catch (RuntimeException e) {
            // A model that fails on everything must not turn the whole stream into dead letters.
            WarmUp.run(tagger);
            return deadLetter(readable.record(), DeadLetterReason.TAGGING_FAILED, String.valueOf(e.getMessage()));
        }
    }

    private Outcome answer(Tagger tagger, Readable input, TaggedDocument tagged) {
        Instant now = events.clock().instant();
        ProducerRecord<byte[], byte[]> record =
                events.write(topics.entities(), EntitiesEvent.of(tagged, tagger.modelId(), now), input.record());
        if (record.value().length > StreamClients.MAX_RECORD_BYTES - OVERHEAD_BYTES) {
            return deadLetter(
                    input.record(),
                    DeadLetterReason.RESULT_TOO_LARGE,
                    tagged.entities().size() + " entities take " + record.value().length + " bytes");
        }
        return new Tagged(tagged, record);
    }

    private DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String cause) {
        return new DeadLetter(reason, KafkaEvents.deadLetter(topics.deadLetters(), record, reason, cause));
    }
}
