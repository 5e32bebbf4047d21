package dev.slicer.inference.stream;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.inference.model.BrokenModelException;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.inference.tagging.Tagging;
import dev.slicer.inference.tagging.TaggingPipeline.Asked;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.KafkaEvents;
import dev.slicer.service.RecordSizes;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Turns records of documents into records of the entities and dead-letters topics, one for one, in order. */
public final class DocumentTagger {
    private static final Logger LOG = Logger.getLogger(DocumentTagger.class);
    private static final Tagging.Answer NOTHING = new Tagging.Answer(List.of(), "none", Duration.ZERO, Duration.ZERO);
    /** What is to show whether a model can tag anything. */
    private static final List<Asked> ORDINARY = WarmUp.DOCUMENTS.stream()
            .map(document -> new Asked(document, TaggingOptions.defaults()))
            .toList();

    /** What becomes of one record. */
    public sealed interface Outcome {
        /** What is written for it. */
        Optional<ProducerRecord<byte[], byte[]>> answer();
    }

    public record Tagged(TaggedDocument document, ProducerRecord<byte[], byte[]> record) implements Outcome {
        @Override
        public Optional<ProducerRecord<byte[], byte[]>> answer() {
            return Optional.of(record);
        }
    }

    /** @param answer empty where the topic of dead letters has no room for it */
    public record DeadLetter(DeadLetterReason reason, Optional<ProducerRecord<byte[], byte[]>> answer)
            implements Outcome {}

    /**
     * Of a document for a checkpoint that cannot tag it.
     *
     * @param answer that the checkpoint is refused, once for all its documents
     */
    public record Skipped(String modelId, Optional<ProducerRecord<byte[], byte[]>> answer) implements Outcome {}

    /** @param tagging time spent in the model */
    public record Result(List<Outcome> outcomes, Duration tagging) {}

    /** A record that was read. */
    public sealed interface Input {}

    public record Readable(ConsumerRecord<byte[], byte[]> record, Asked asked, Optional<String> modelId)
            implements Input {}

    public record Unreadable(DeadLetter letter) implements Input {}

    /**
     * A document as a record has it.
     *
     * @param modelId the checkpoint that is to tag it, where not the one that serves
     */
    public record Request(DocumentEvent document, Optional<String> modelId) {}

    /** Reads records of a topic. */
    public interface Reader {
        /** @throws InvalidEventException where the record has no document */
        Request read(ConsumerRecord<byte[], byte[]> record);
    }

    /** Has a model begin with documents. */
    public interface Model {
        Tagging start(List<Asked> documents);
    }

    /** The model failed on some documents. */
    private static final class ModelFailure extends Exception {
        ModelFailure(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private final Topics topics;
    private final KafkaEvents events;
    private final RecordSizes sizes;
    private final int maxTextLength;

    public DocumentTagger(Topics topics, KafkaEvents events, RecordSizes sizes, int maxTextLength) {
        this.topics = topics;
        this.events = events;
        this.sizes = sizes;
        this.maxTextLength = maxTextLength;
    }

    public List<Input> read(List<ConsumerRecord<byte[], byte[]>> records, Reader reader) {
        return records.stream().map(record -> read(record, reader)).toList();
    }

    private Input read(ConsumerRecord<byte[], byte[]> record, Reader reader) {
        try {
            Request request = reader.read(record);
            DocumentEvent event = request.document();
            if (event.text().length() > maxTextLength) {
                return new Unreadable(deadLetter(
                        record,
                        DeadLetterReason.TEXT_TOO_LONG,
                        "text has " + event.text().length() + " UTF-16 units, at most " + maxTextLength
                                + " are configured"));
            }
            return new Readable(record, new Asked(event.toDocument(), options(event)), request.modelId());
        } catch (InvalidEventException e) {
            return new Unreadable(deadLetter(record, DeadLetterReason.of(e), e.getMessage()));
        }
    }

    private static TaggingOptions options(DocumentEvent event) {
        TaggingOptions options = TaggingOptions.defaults();
        return event.subTokenTags().orElse(false) && !event.words().isEmpty() ? options.withSubTokenTags() : options;
    }

    /**
     * Waits for the model; when interrupted it takes back what has not begun.
     *
     * @throws BrokenModelException where the model itself is broken, not a document
     */
    public Result run(List<Input> inputs, Model model) throws InterruptedException {
        List<Asked> documents = inputs.stream()
                .filter(Readable.class::isInstance)
                .map(input -> ((Readable) input).asked())
                .toList();
        try {
            return together(inputs, documents.isEmpty() ? NOTHING : tag(documents, model));
        } catch (ModelFailure | RuntimeException e) {
            LOG.warnf(e, "the model failed on a batch of %d documents; trying them one by one", documents.size());
            return apart(inputs, model);
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

    private Result apart(List<Input> inputs, Model model) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        Duration tagging = Duration.ZERO;
        for (Input input : inputs) {
            Result alone = alone(input, model);
            outcomes.addAll(alone.outcomes());
            tagging = tagging.plus(alone.tagging());
        }
        return new Result(outcomes, tagging);
    }

    private Result alone(Input input, Model model) throws InterruptedException {
        if (!(input instanceof Readable readable)) {
            return new Result(List.of(((Unreadable) input).letter()), Duration.ZERO);
        }
        try {
            return together(List.of(input), tag(List.of(readable.asked()), model));
        } catch (ModelFailure | RuntimeException e) {
            requireModel(model);
            return new Result(
                    List.of(deadLetter(readable.record(), DeadLetterReason.TAGGING_FAILED, cause(e))), Duration.ZERO);
        }
    }

    /** What is wrong with a text is told; what goes wrong within the engine is for the log. */
    private static String cause(Exception failure) {
        Throwable why = failure instanceof ModelFailure ? failure.getCause() : failure;
        if (why instanceof IllegalArgumentException) {
            return String.valueOf(why.getMessage());
        }
        LOG.warn("the model fails on a text", why);
        return "the model fails on this text; the service's log has why";
    }

    /** A model that fails on everything must not turn the whole stream into dead letters. */
    private static void requireModel(Model model) throws InterruptedException {
        try {
            tag(ORDINARY, model);
        } catch (ModelFailure e) {
            throw new BrokenModelException("the model fails on every text", e.getCause());
        }
    }

    private static Tagging.Answer tag(List<Asked> documents, Model model) throws InterruptedException, ModelFailure {
        Tagging tagging;
        try {
            tagging = model.start(documents);
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

    private Outcome answered(Readable input, TaggedDocument tagged, String modelId) {
        Instant now = events.clock().instant();
        ProducerRecord<byte[], byte[]> record =
                events.write(topics.entities(), EntitiesEvent.of(tagged, modelId, now), input.record());
        if (!sizes.fits(record)) {
            return deadLetter(
                    input.record(),
                    DeadLetterReason.RESULT_TOO_LARGE,
                    tagged.entities().size() + " entities take " + RecordSizes.of(record) + " bytes, at most "
                            + sizes.limit(topics.entities()) + " fit into a record of " + topics.entities());
        }
        return new Tagged(tagged, record);
    }

    private DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String cause) {
        return new DeadLetter(reason, sizes.deadLetter(topics.deadLetters(), record, reason, cause));
    }
}
