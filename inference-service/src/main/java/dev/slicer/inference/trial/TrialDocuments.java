package dev.slicer.inference.trial;

import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.Topics;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.inference.model.BrokenModelException;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.SharedTagger.Lease;
import dev.slicer.inference.stream.AnsweredBatch;
import dev.slicer.inference.stream.DocumentReader;
import dev.slicer.inference.stream.DocumentTagger;
import dev.slicer.inference.stream.DocumentWork;
import dev.slicer.inference.stream.Input;
import dev.slicer.inference.stream.Outcome;
import dev.slicer.kafka.records.KafkaEvents;
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
 * Documents for the checkpoint that each of them names, whether it serves or not. The documents of one that is not what it
 * should be are passed over, and that is told, for an evaluator to refuse it. Those of one that cannot be opened now wait for it for a while, and are
 * then passed over; a service that still wants them tagged sends them again. Where there is no memory for a second model,
 * all are left to other instances until there is.
 */
public final class TrialDocuments implements DocumentWork {
    private final Topics topics;
    private final KafkaEvents events;
    private final String instance;
    private final DocumentReader reader;
    private final DocumentTagger tagger;
    private final ServingModel serving;
    private final TrialModel trial;
    private final TrialMetrics metrics;
    /** Checkpoints of which it is written that they are unusable. */
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    /** @param instance in whose name checkpoints are called unusable */
    public TrialDocuments(
            Topics topics,
            KafkaEvents events,
            String instance,
            DocumentReader reader,
            DocumentTagger tagger,
            ServingModel serving,
            TrialModel trial,
            TrialMetrics metrics) {
        this.topics = topics;
        this.events = events;
        this.instance = instance;
        this.reader = reader;
        this.tagger = tagger;
        this.serving = serving;
        this.trial = trial;
        this.metrics = metrics;
    }

    /** Also before any model serves: the first one may be on trial. Not where there is no memory for a second one. */
    @Override
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return trial.awaitRoom(timeout);
    }

    @Override
    public Optional<String> obstacle() {
        return trial.obstacle();
    }

    @Override
    public AnsweredBatch answer(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
        List<Input> inputs = reader.read(records);
        Outcome[] outcomes = new Outcome[inputs.size()];
        // One checkpoint after the other, since opening one takes its time.
        Map<CheckpointRef, List<Integer>> placesByModel = new LinkedHashMap<>();
        for (int place = 0; place < outcomes.length; place++) {
            if (inputs.get(place) instanceof Input.Readable readable) {
                placesByModel
                        .computeIfAbsent(readable.asked().orElseThrow(), any -> new ArrayList<>())
                        .add(place);
            } else if (inputs.get(place) instanceof Input.Unreadable unreadable) {
                outcomes[place] = unreadable.letter();
            }
        }
        Duration computed = Duration.ZERO;
        for (Map.Entry<CheckpointRef, List<Integer>> one : placesByModel.entrySet()) {
            List<Integer> places = one.getValue();
            AnsweredBatch answered =
                    answer(one.getKey(), places.stream().map(inputs::get).toList());
            for (int i = 0; i < places.size(); i++) {
                outcomes[places.get(i)] = answered.outcomes().get(i);
            }
            computed = computed.plus(answered.computed());
        }
        return new AnsweredBatch(List.of(outcomes), computed);
    }

    private AnsweredBatch answer(CheckpointRef model, List<Input> inputs) throws InterruptedException {
        String modelId = model.id();
        Optional<Lease> served = serving.lease(modelId);
        if (served.isPresent()) {
            try (Lease held = served.get()) {
                return tagger.tag(held, inputs);
            }
        }
        try (TrialModel.Use use = trial.use(model)) {
            Optional<Lease> beside = use.lease();
            if (beside.isPresent()) {
                try (Lease held = beside.get()) {
                    return tagger.tag(held, inputs);
                } catch (BrokenModelException e) {
                    use.fail(e, e.getMessage());
                }
            }
            if (use.crowding().isPresent()) {
                throw new NoRoomException(use.crowding().get());
            }
            if (use.isWorthWaitingFor()) {
                throw new ModelUnavailableException(modelId, use.problem());
            }
            return skip(modelId, inputs, use.refusal().filter(reason -> !told.contains(modelId)));
        }
    }

    private AnsweredBatch skip(String modelId, List<Input> inputs, Optional<String> untold) {
        List<Outcome> outcomes = new ArrayList<>(inputs.size());
        outcomes.add(new Outcome.Skipped(modelId, untold.map(reason -> unusable(modelId, reason))));
        inputs.stream().skip(1).forEach(input -> outcomes.add(new Outcome.Skipped(modelId, Optional.empty())));
        return new AnsweredBatch(outcomes, Duration.ZERO);
    }

    private ProducerRecord<byte[], byte[]> unusable(String modelId, String reason) {
        return events.write(
                topics.checkpointTelemetry(),
                new CheckpointTelemetry(
                        modelId,
                        CheckpointTelemetry.Kind.UNUSABLE,
                        events.clock().instant(),
                        instance,
                        Optional.of(RecordSize.shortened(reason))));
    }

    @Override
    public void committed(AnsweredBatch batch, Duration commit) {
        metrics.answered(batch);
        for (Outcome outcome : batch.outcomes()) {
            if (outcome instanceof Outcome.Skipped skipped && skipped.answer().isPresent()) {
                told.add(skipped.modelId());
            }
        }
    }
}
