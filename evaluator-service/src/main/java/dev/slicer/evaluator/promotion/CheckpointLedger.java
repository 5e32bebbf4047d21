package dev.slicer.evaluator.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.metrics.Comparison;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.CheckpointState.Promoted;
import dev.slicer.promotion.Promotions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** All that the topics say about checkpoints, read from their beginning. Safe for use by several threads. */
public final class CheckpointLedger {
    private static final Logger LOG = Logger.getLogger(CheckpointLedger.class);

    /**
     * Where all checkpoints stood at one moment.
     *
     * @param setAside how often a checkpoint's trial has ended without all answers, by checkpoint
     */
    record View(Promotions promotions, Map<String, Integer> setAside) {
        View {
            setAside = Map.copyOf(setAside);
        }

        int timesSetAside(String checkpointId) {
            return setAside.getOrDefault(checkpointId, 0);
        }
    }

    private final Topics topics;
    private final Map<String, List<HistoryEntry>> histories = new LinkedHashMap<>();
    private final Map<Kind, Integer> decisions = new EnumMap<>(Kind.class);
    private final Map<String, Integer> setAside = new HashMap<>();
    private final Map<String, Comparison> comparisons = new HashMap<>();
    private Promotions promotions = Promotions.none();
    private Optional<CheckpointEvent> lastServed = Optional.empty();
    private Optional<CheckpointEvent> lastComparison = Optional.empty();

    public CheckpointLedger(Topics topics) {
        this.topics = topics;
    }

    /**
     * Takes a record of the checkpoints, their events or the training's progress.
     *
     * @throws InvalidEventException where the record is none of them
     */
    public synchronized void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.checkpointEvents())) {
            event(KafkaEvents.read(record, CheckpointEvent.class));
        } else if (record.topic().equals(topics.trainingProgress())) {
            progress(KafkaEvents.read(record, TrainingStatus.class), record.timestamp());
        } else if (record.value() != null) {
            // A checkpoint that was taken back from the topic has its history all the same.
            announcement(KafkaEvents.read(record, CheckpointPublished.class));
        }
    }

    private void event(CheckpointEvent event) {
        if (event.kind() == Kind.SERVED) {
            lastServed = Optional.of(event);
            add(event.checkpointId(), HistoryEntry.of(event));
            return;
        }
        Promotions.Step step = promotions.apply(event);
        step.ignored()
                .ifPresentOrElse(
                        why -> LOG.infof(
                                "%s of %s by %s is passed over: %s",
                                event.kind(), event.checkpointId(), event.by(), why),
                        () -> {
                            add(event.checkpointId(), HistoryEntry.of(event));
                            decisions.merge(event.kind(), 1, Integer::sum);
                            if (event.kind() == Kind.SET_ASIDE) {
                                setAside.merge(event.checkpointId(), 1, Integer::sum);
                            }
                            event.comparison().ifPresent(comparison -> {
                                comparisons.put(event.checkpointId(), comparison);
                                lastComparison = Optional.of(event);
                            });
                        });
        promotions = step.after();
    }

    private void announcement(CheckpointPublished published) {
        Promotions.Step step = promotions.apply(published);
        if (step.ignored().isEmpty()) {
            add(published.checkpointId(), HistoryEntry.of(published));
        }
        promotions = step.after();
    }

    /** A job's checkpoint has the job's id; of its many reports the first in each state is an entry. */
    private void progress(TrainingStatus status, long timestamp) {
        String id = status.checkpointId().orElse(status.jobId());
        HistoryEntry entry = HistoryEntry.of(status, timestamp);
        if (histories.getOrDefault(id, List.of()).stream()
                .noneMatch(before -> before.what().equals(entry.what()))) {
            add(id, entry);
        }
    }

    private void add(String checkpointId, HistoryEntry entry) {
        histories.computeIfAbsent(checkpointId, first -> new ArrayList<>()).add(entry);
    }

    /** What is decided by. */
    synchronized View view() {
        return new View(promotions, setAside);
    }

    synchronized Promotions promotions() {
        return promotions;
    }

    /** The checkpoint that an instance of inference was the last to load. */
    public synchronized Optional<String> serving() {
        return lastServed.map(CheckpointEvent::checkpointId);
    }

    /** The checkpoint that serves, or should, and the one that it is compared with. */
    public synchronized Set<String> promotedAndOnTrial() {
        return promotions.states().stream()
                .filter(state -> state instanceof Promoted || state instanceof OnTrial)
                .map(CheckpointState::checkpointId)
                .collect(Collectors.toSet());
    }

    synchronized int decisions(Kind kind) {
        return decisions.getOrDefault(kind, 0);
    }

    /** The last decision that a comparison led to. */
    synchronized Optional<CheckpointEvent> lastComparison() {
        return lastComparison;
    }

    /** What a checkpoint was decided by, wherever it stands since. */
    synchronized Optional<Comparison> comparison(String checkpointId) {
        return Optional.ofNullable(comparisons.get(checkpointId));
    }

    /** All that happened to a checkpoint, in the order of its times. */
    synchronized List<HistoryEntry> history(String checkpointId) {
        return histories.getOrDefault(checkpointId, List.of()).stream()
                .sorted(Comparator.comparing(HistoryEntry::at))
                .toList();
    }
}
