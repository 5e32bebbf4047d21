package dev.slicer.inference;

import dev.slicer.batching.Lane;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.KafkaClients;
import dev.slicer.service.KafkaEvents;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Turns records of the documents topic into records of the entities and dead-letters topics, one for one, in order. */
final class DocumentBatch {
    private static final Logger LOG = Logger.getLogger(DocumentBatch.class);
    /** Room for headers and Kafka's own framing in a record of {@link KafkaClients#MAX_RECORD_BYTES}. */
    private static final int OVERHEAD_BYTES = 64 * 1024;

    private static final Tagging.Answer NOTHING = new Tagging.Answer(List.of(), "none", Duration.ZERO, Duration.ZERO);

    /** What becomes of one record. */
    sealed interface Outcome {
        ProducerRecord<byte[], byte[]> record();
    }

    record Tagged(TaggedDocument document, ProducerRecord<byte[], byte[]> record) implements Outcome {}

    record DeadLetter(DeadLetterReason reason, ProducerRecord<byte[], byte[]> record) implements Outcome {}

    /** @param tagging time spent in the model */
    record Result(List<Outcome> outcomes, Duration tagging) {}

    /** The model failed on some documents. */
    private static final class ModelFailure extends Exception {
        ModelFailure(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private sealed interface Input {}

    private record Readable(ConsumerRecord<byte[], byte[]> record, Document document) implements Input {}

    private record Unreadable(DeadLetter letter) implements Input {}

    private final Topics topics;
    private final KafkaEvents events;
    private final int maxTextLength;
    private final Inference inference;

    DocumentBatch(Topics topics, KafkaEvents events, int maxTextLength, Inference inference) {
        this.topics = topics;
        this.events = events;
        this.maxTextLength = maxTextLength;
        this.inference = inference;
    }

    /**
     * Waits for the model; when interrupted it takes back what has not begun.
     *
     * @throws RuntimeException where the model itself is broken, not a document
     */
    Result run(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        List<Input> inputs = records.stream().map(this::read).toList();
        List<Document> documents = inputs.stream()
                .filter(Readable.class::isInstance)
                .map(input -> ((Readable) input).document())
                .toList();
        try {
            return together(inputs, documents.isEmpty() ? NOTHING : tag(documents));
        } catch (ModelFailure | RuntimeException e) {
            LOG.warnf(e, "the model failed on a batch of %d documents; trying them one by one", documents.size());
            return apart(inputs);
        }
    }

    private Result together(List<Input> inputs, Tagging.Answer answer) {
        Iterator<TaggedDocument> documents = answer.documents().iterator();
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        for (Input input : inputs) {
            outcomes.add(
                    input instanceof Readable readable
                            ? answered(readable, documents.next(), answer.modelId())
                            : ((Unreadable) input).letter());
        }
        return new Result(outcomes, answer.computed());
    }

    private Result apart(List<Input> inputs) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        Duration tagging = Duration.ZERO;
        for (Input input : inputs) {
            Result alone = alone(input);
            outcomes.addAll(alone.outcomes());
            tagging = tagging.plus(alone.tagging());
        }
        return new Result(outcomes, tagging);
    }

    private Result alone(Input input) throws InterruptedException {
        if (!(input instanceof Readable readable)) {
            return new Result(List.of(((Unreadable) input).letter()), Duration.ZERO);
        }
        try {
            return together(List.of(input), tag(List.of(readable.document())));
        } catch (ModelFailure | RuntimeException e) {
            requireModel();
            return new Result(
                    List.of(deadLetter(
                            readable.record(), DeadLetterReason.TAGGING_FAILED, String.valueOf(e.getMessage()))),
                    Duration.ZERO);
        }
    }

    /** A model that fails on everything must not turn the whole stream into dead letters. */
    private void requireModel() throws InterruptedException {
        try {
            tag(WarmUp.DOCUMENTS);
        } catch (ModelFailure e) {
            throw new IllegalStateException("the model fails on every text: " + e.getMessage(), e.getCause());
        }
    }

    private Tagging.Answer tag(List<Document> documents) throws InterruptedException, ModelFailure {
        Tagging tagging;
        try {
            tagging = inference.start(documents, TaggingOptions.defaults(), Lane.BULK);
        } catch (RuntimeException e) {
            throw new ModelFailure(e);
        }
        try {
            return tagging.answer().get();
        } catch (InterruptedException e) {
            tagging.cancel();
            throw e;
        } catch (ExecutionException e) {
            throw new ModelFailure(e.getCause());
        }
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

    private Outcome answered(Readable input, TaggedDocument tagged, String modelId) {
        Instant now = events.clock().instant();
        ProducerRecord<byte[], byte[]> record =
                events.write(topics.entities(), EntitiesEvent.of(tagged, modelId, now), input.record());
        if (record.value().length > KafkaClients.MAX_RECORD_BYTES - OVERHEAD_BYTES) {
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
