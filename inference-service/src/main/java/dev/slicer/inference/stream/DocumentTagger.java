package dev.slicer.inference.stream;

import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.Topics;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.model.BrokenModelException;
import dev.slicer.inference.model.SharedTagger.Lease;
import dev.slicer.inference.model.WarmUp;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.inference.tagging.TaggingRequest;
import dev.slicer.inference.tagging.TaggingResult;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.TaggedDocument;
import dev.slicer.text.WithoutMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Turns documents into records of the topics of entities and of dead letters, one for one, in order. */
public final class DocumentTagger {
    private static final Logger LOG = Logger.getLogger(DocumentTagger.class);
    private static final TaggingResult NOTHING = new TaggingResult(List.of(), "none", Duration.ZERO, Duration.ZERO);
    /** Show whether a model can tag anything. */
    private static final List<TaggingRequest> ORDINARY = WarmUp.DOCUMENTS.stream()
            .map(document -> new TaggingRequest(document, TaggingOptions.defaults()))
            .toList();

    /** The model failed on some documents. */
    private static final class ModelFailure extends Exception {
        ModelFailure(Throwable cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    private final TaggingPipeline pipeline;
    private final Topics topics;
    private final KafkaEvents events;
    private final RecordSizes sizes;
    private final DeadLetters letters;

    public DocumentTagger(TaggingPipeline pipeline, Topics topics, KafkaEvents events, RecordSizes sizes) {
        this.pipeline = pipeline;
        this.topics = topics;
        this.events = events;
        this.sizes = sizes;
        this.letters = new DeadLetters(topics, sizes);
    }

    /**
     * Waits for the model; when interrupted it takes back what the model has not begun.
     *
     * @param held of the model; stays the caller's
     * @throws BrokenModelException where the model itself is broken, not a document
     */
    public AnsweredBatch tag(Lease held, List<Input> inputs) throws InterruptedException {
        List<TaggingRequest> requests = inputs.stream()
                .filter(Input.Readable.class::isInstance)
                .map(input -> ((Input.Readable) input).request())
                .toList();
        try {
            return together(inputs, requests.isEmpty() ? NOTHING : compute(held, requests));
        } catch (ModelFailure | RuntimeException e) {
            LOG.warnf(
                    WithoutMessage.of(e),
                    "the model failed on a batch of %d documents; trying them one by one",
                    requests.size());
            return apart(held, inputs);
        }
    }

    private AnsweredBatch together(List<Input> inputs, TaggingResult result) {
        Iterator<TaggedDocument> documents = result.documents().iterator();
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        for (Input input : inputs) {
            outcomes.add(
                    input instanceof Input.Readable readable
                            ? answered(readable.record(), documents.next(), result.modelId())
                            : ((Input.Unreadable) input).letter());
        }
        return new AnsweredBatch(outcomes, result.computed());
    }

    private AnsweredBatch apart(Lease held, List<Input> inputs) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        Duration computed = Duration.ZERO;
        for (Input input : inputs) {
            AnsweredBatch alone = alone(held, input);
            outcomes.addAll(alone.outcomes());
            computed = computed.plus(alone.computed());
        }
        return new AnsweredBatch(outcomes, computed);
    }

    private AnsweredBatch alone(Lease held, Input input) throws InterruptedException {
        if (!(input instanceof Input.Readable readable)) {
            return new AnsweredBatch(List.of(((Input.Unreadable) input).letter()), Duration.ZERO);
        }
        try {
            return together(List.of(input), compute(held, List.of(readable.request())));
        } catch (ModelFailure | RuntimeException e) {
            requireModel(held);
            return new AnsweredBatch(
                    List.of(letters.of(readable.record(), DeadLetterReason.TAGGING_FAILED, cause(e))), Duration.ZERO);
        }
    }

    /** Why is for the log, and what is said of it may repeat the text, so its type and place are all that is told. */
    private static String cause(Exception failure) {
        Throwable why = failure instanceof ModelFailure ? failure.getCause() : failure;
        LOG.warn("the model fails on a text", WithoutMessage.of(why));
        return "the model fails on this text; the service's log has why";
    }

    /** A model that fails on everything must not turn the whole stream into dead letters. */
    private void requireModel(Lease held) throws InterruptedException {
        try {
            compute(held, ORDINARY);
        } catch (ModelFailure e) {
            throw new BrokenModelException("the model fails on every text", e.getCause());
        }
    }

    private TaggingResult compute(Lease held, List<TaggingRequest> requests) throws InterruptedException, ModelFailure {
        CompletableFuture<TaggingResult> result;
        try {
            result = pipeline.tag(held.share(), requests, Lane.BULK);
        } catch (RuntimeException e) {
            throw new ModelFailure(e);
        }
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw new ModelFailure(e.getCause());
        }
    }

    private Outcome answered(ConsumerRecord<byte[], byte[]> document, TaggedDocument tagged, String modelId) {
        ProducerRecord<byte[], byte[]> record = events.write(
                topics.entities(),
                EntitiesEvent.of(tagged, modelId, events.clock().instant()),
                document);
        if (!sizes.fits(record)) {
            return letters.of(
                    document,
                    DeadLetterReason.RESULT_TOO_LARGE,
                    tagged.entities().size() + " entities take " + RecordSizes.of(record) + " bytes, at most "
                            + sizes.limit(topics.entities()) + " fit into a record of " + topics.entities());
        }
        return new Outcome.Tagged(tagged, record);
    }
}
