package dev.slicer.inference.trial;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.RecordSize;
import dev.slicer.events.Topics;
import dev.slicer.events.TrialDocument;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.metrics.InferenceMetrics;
import dev.slicer.inference.model.BrokenModelException;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.SharedTagger.Lease;
import dev.slicer.inference.stream.DocumentTagger;
import dev.slicer.inference.stream.DocumentTagger.Input;
import dev.slicer.inference.stream.DocumentTagger.Outcome;
import dev.slicer.inference.stream.DocumentTagger.Readable;
import dev.slicer.inference.stream.DocumentTagger.Request;
import dev.slicer.inference.stream.DocumentTagger.Result;
import dev.slicer.inference.stream.DocumentTagger.Skipped;
import dev.slicer.inference.stream.DocumentTagger.Unreadable;
import dev.slicer.inference.stream.DocumentWork;
import dev.slicer.inference.tagging.TaggingPipeline;
import dev.slicer.service.KafkaEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Documents for the checkpoint that each of them names, be it one that serves or not. The documents of one that is not
 * what it should be are passed over, and it is refused. Those of one that cannot be opened now wait for it for a while, and
 * are then passed over; whoever wants them tagged asks again.
 */
public final class TrialDocuments implements DocumentWork {
    private final Topics topics;
    private final KafkaEvents events;
    private final String instance;
    private final DocumentTagger batches;
    private final ServingModel models;
    private final TrialModel trial;
    private final TaggingPipeline inference;
    private final InferenceMetrics metrics;
    /** Checkpoints whose refusal is written. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param instance in whose name checkpoints are refused */
    public TrialDocuments(
            Topics topics,
            KafkaEvents events,
            String instance,
            DocumentTagger batches,
            ServingModel models,
            TrialModel trial,
            TaggingPipeline inference,
            InferenceMetrics metrics) {
        this.topics = topics;
        this.events = events;
        this.instance = instance;
        this.batches = batches;
        this.models = models;
        this.trial = trial;
        this.inference = inference;
        this.metrics = metrics;
    }

    /** Also before any model serves: the first one may be on trial. */
    @Override
    public boolean awaitReady(Duration timeout) {
        return true;
    }

    @Override
    public Result run(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>(records.size());
        // One checkpoint after the other, since opening one takes its time.
        Map<String, List<Input>> byModel = new LinkedHashMap<>();
        for (Input input : batches.read(records, TrialDocuments::read)) {
            if (input instanceof Readable readable) {
                byModel.computeIfAbsent(readable.modelId().orElseThrow(), any -> new ArrayList<>())
                        .add(input);
            } else if (input instanceof Unreadable unreadable) {
                outcomes.add(unreadable.letter());
            }
        }
        Duration tagging = Duration.ZERO;
        for (Map.Entry<String, List<Input>> one : byModel.entrySet()) {
            Result result = run(one.getKey(), one.getValue());
            outcomes.addAll(result.outcomes());
            tagging = tagging.plus(result.tagging());
        }
        return new Result(outcomes, tagging);
    }

    private static Request read(ConsumerRecord<byte[], byte[]> record) {
        TrialDocument event = KafkaEvents.read(record, TrialDocument.class);
        return new Request(event.document(), Optional.of(event.modelId()));
    }

    private Result run(String modelId, List<Input> inputs) throws InterruptedException {
        Optional<Lease> serving = models.lease(modelId);
        if (serving.isPresent()) {
            try (Lease held = serving.get()) {
                return tag(held, inputs);
            }
        }
        try (TrialModel.Use use = trial.use(modelId)) {
            Optional<Lease> beside = use.lease();
            if (beside.isPresent()) {
                try (Lease held = beside.get()) {
                    return tag(held, inputs);
                } catch (BrokenModelException e) {
                    use.fail(e, e.getMessage());
                }
            }
            if (use.isWorthWaitingFor()) {
                throw new ModelUnavailableException(modelId, use.problem());
            }
            return skip(modelId, inputs, use.refusal().filter(reason -> !told.contains(modelId)));
        }
    }

    private Result tag(Lease held, List<Input> inputs) throws InterruptedException {
        return batches.run(inputs, documents -> inference.start(held.share(), documents, Lane.BULK));
    }

    private Result skip(String modelId, List<Input> inputs, Optional<String> untold) {
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        outcomes.add(new Skipped(modelId, untold.map(reason -> refusal(modelId, reason))));
        inputs.stream().skip(1).forEach(input -> outcomes.add(new Skipped(modelId, Optional.empty())));
        return new Result(outcomes, Duration.ZERO);
    }

    private ProducerRecord<byte[], byte[]> refusal(String modelId, String reason) {
        return events.write(
                topics.checkpointEvents(),
                CheckpointEvent.of(
                        modelId, Kind.REFUSED, events.clock().instant(), instance, RecordSize.shortened(reason)));
    }

    @Override
    public void committed(Result result, Duration commit) {
        metrics.tried(result);
        for (Outcome outcome : result.outcomes()) {
            if (outcome instanceof Skipped skipped && skipped.answer().isPresent()) {
                told.add(skipped.modelId());
            }
        }
    }
}
