package dev.slicer.evaluator.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.promotion.CheckpointState;
import dev.slicer.promotion.CheckpointState.OnTrial;
import dev.slicer.promotion.Promotions;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * All that the topics say about checkpoints, read from their beginning. Safe for use by several threads. What it keeps grows
 * with the number of checkpoints; of each it has the last entries of its history, and where the table lies that it was
 * decided by.
 */
public final class CheckpointLedger {
    private static final Logger LOG = Logger.getLogger(CheckpointLedger.class);
    /** Entries of one checkpoint's history. */
    private static final int MOST_ENTRIES = 200;
    /** Of all checkpoints on all instances; those that were told of last. */
    public static final int MOST_LOADS = 10_000;

    /**
     * Where all checkpoints stood at one moment.
     *
     * @param setAside how often a checkpoint's trial has ended without all answers, of those that nobody has decided about
     * @param unusable what instances of inference said of checkpoints that they could not try, the newest of those
     */
    record View(Promotions promotions, Map<String, Integer> setAside, Map<String, String> unusable) {
        View {
            setAside = Map.copyOf(setAside);
            unusable = Map.copyOf(unusable);
        }

        int timesSetAside(String checkpointId) {
            return setAside.getOrDefault(checkpointId, 0);
        }
    }

    /** Where a record lies. */
    record Place(TopicPartition partition, long offset) {
        static Place of(ConsumerRecord<?, ?> record) {
            return new Place(new TopicPartition(record.topic(), record.partition()), record.offset());
        }
    }

    /** What an instance of inference can say of a checkpoint; the last time counts. */
    private record Load(String checkpointId, String instance, CheckpointTelemetry.Kind kind) {
        static Load of(CheckpointTelemetry telemetry) {
            return new Load(telemetry.checkpointId(), telemetry.instance(), telemetry.kind());
        }
    }

    private final Topics topics;
    private final Map<String, Deque<HistoryEntry>> histories = new HashMap<>();
    /** The one that was told of last at the end. */
    private final Map<Load, HistoryEntry> loads = new LinkedHashMap<>();

    private final Map<Kind, Integer> decisions = new EnumMap<>(Kind.class);
    private final Map<String, Integer> setAside = new HashMap<>();
    /** By checkpoint that nobody has decided about since; the one that was told of last at the end. */
    private final Map<String, String> unusable = new LinkedHashMap<>();

    private final Map<String, Place> comparisons = new HashMap<>();
    private Promotions promotions = Promotions.none();
    private Optional<CheckpointTelemetry> lastServed = Optional.empty();
    private Optional<CheckpointEvent> lastComparison = Optional.empty();
    private long changes;

    public CheckpointLedger(Topics topics) {
        this.topics = topics;
    }

    /** The topics that it is to get the records of. */
    public static Set<String> topics(Topics topics) {
        return Set.of(
                topics.checkpoints(),
                topics.checkpointEvents(),
                topics.checkpointTelemetry(),
                topics.trainingProgress());
    }

    /**
     * Takes a record of one of its topics.
     *
     * @throws InvalidEventException where the record is none of them
     */
    public synchronized void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.checkpointEvents())) {
            event(KafkaEvents.read(record, CheckpointEvent.class), Place.of(record));
        } else if (record.topic().equals(topics.checkpointTelemetry())) {
            load(KafkaEvents.read(record, CheckpointTelemetry.class));
        } else if (record.topic().equals(topics.trainingProgress())) {
            progress(KafkaEvents.read(record, TrainingStatus.class), record.timestamp());
        } else if (record.value() != null) {
            // A checkpoint that was taken back from the topic has its history all the same.
            announcement(KafkaEvents.read(record, CheckpointPublished.class));
        }
    }

    private void event(CheckpointEvent event, Place place) {
        if (event.kind() == Kind.SERVED) {
            // As earlier versions told it.
            load(new CheckpointTelemetry(
                    event.checkpointId(), CheckpointTelemetry.Kind.SERVED, event.at(), event.by(), event.reason()));
            return;
        }
        Promotions.Step step = promotions.apply(event);
        promotions = step.after();
        step.ignored()
                .ifPresentOrElse(
                        why -> LOG.infof(
                                "%s of %s by %s is passed over: %s",
                                event.kind(), event.checkpointId(), event.by(), why),
                        () -> taken(event, place));
    }

    private void taken(CheckpointEvent event, Place place) {
        String id = event.checkpointId();
        add(id, HistoryEntry.of(event));
        decisions.merge(event.kind(), 1, Integer::sum);
        switch (event.kind()) {
            case SET_ASIDE -> setAside.merge(id, 1, Integer::sum);
            case PROMOTED, REFUSED -> {
                setAside.remove(id);
                unusable.remove(id);
            }
            case TRIAL_BEGUN, ROLLED_BACK, SERVED -> {}
        }
        if (event.comparison().isPresent()) {
            comparisons.put(id, place);
            lastComparison = Optional.of(event);
        }
        changes++;
    }

    private void load(CheckpointTelemetry telemetry) {
        Load load = Load.of(telemetry);
        putLast(loads, load, HistoryEntry.of(telemetry));
        if (telemetry.kind() == CheckpointTelemetry.Kind.UNUSABLE) {
            putLast(
                    unusable,
                    telemetry.checkpointId(),
                    telemetry.instance() + ": " + telemetry.reason().orElse("it cannot be used"));
        }
        if (telemetry.kind() == CheckpointTelemetry.Kind.SERVED
                && lastServed.filter(last -> last.at().isAfter(telemetry.at())).isEmpty()) {
            lastServed = Optional.of(telemetry);
        }
    }

    private static <K, V> void putLast(Map<K, V> map, K key, V value) {
        map.remove(key);
        map.put(key, value);
        if (map.size() > MOST_LOADS) {
            Iterator<K> oldest = map.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private void announcement(CheckpointPublished published) {
        Promotions.Step step = promotions.apply(published);
        promotions = step.after();
        if (step.ignored().isEmpty()) {
            add(published.checkpointId(), HistoryEntry.of(published));
            changes++;
        }
    }

    /** A job's checkpoint has the job's id; of its many reports the first in each state is an entry. */
    private void progress(TrainingStatus status, long timestamp) {
        String id = status.checkpointId().orElse(status.jobId());
        HistoryEntry entry = HistoryEntry.of(status, timestamp);
        if (entries(id).noneMatch(before -> before.what().equals(entry.what()))) {
            add(id, entry);
        }
    }

    private void add(String checkpointId, HistoryEntry entry) {
        Deque<HistoryEntry> history = histories.computeIfAbsent(checkpointId, first -> new ArrayDeque<>(4));
        history.addLast(entry);
        if (history.size() > MOST_ENTRIES) {
            history.removeFirst();
        }
    }

    private Stream<HistoryEntry> entries(String checkpointId) {
        return Optional.ofNullable(histories.get(checkpointId)).stream().flatMap(Deque::stream);
    }

    /** What is decided by. */
    synchronized View view() {
        return new View(promotions, setAside, unusable);
    }

    synchronized Promotions promotions() {
        return promotions;
    }

    /** The checkpoint that an instance of inference was the last to load. */
    public synchronized Optional<String> serving() {
        return lastServed.map(CheckpointTelemetry::checkpointId);
    }

    /** The checkpoint that serves, or should, and the one that it is compared with. */
    public synchronized Set<String> promotedAndOnTrial() {
        return Stream.concat(
                        promotions.promoted().stream(),
                        promotions.undecided().stream()
                                .filter(OnTrial.class::isInstance)
                                .map(CheckpointState::checkpointId))
                .collect(Collectors.toSet());
    }

    synchronized int decisions(Kind kind) {
        return decisions.getOrDefault(kind, 0);
    }

    /** The last decision that a comparison led to. */
    synchronized Optional<CheckpointEvent> lastComparison() {
        return lastComparison;
    }

    /** Where the decision lies that has the table a checkpoint was decided by, wherever it stands since. */
    synchronized Optional<Place> comparison(String checkpointId) {
        return Optional.ofNullable(comparisons.get(checkpointId));
    }

    /** What happened to a checkpoint, in the order of its times. */
    synchronized List<HistoryEntry> history(String checkpointId) {
        return Stream.concat(
                        entries(checkpointId),
                        loads.entrySet().stream()
                                .filter(load -> load.getKey().checkpointId().equals(checkpointId))
                                .map(Map.Entry::getValue))
                .sorted(Comparator.comparing(HistoryEntry::at))
                .toList();
    }

    /** Rises with what changes where checkpoints stand. */
    synchronized long changes() {
        return changes;
    }
}
