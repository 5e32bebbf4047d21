package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What the join remembers of a partition's documents: gold, which models have been scored on it, and answers that came
 * before their gold. Kept by Kafka Streams with the offsets, in one transaction.
 */
final class JoinStores {
    private static final String GOLD = "gold";
    private static final String SCORED = "scored";
    private static final String EARLY = "early";
    /** What is deleted from a store is gone from its topic no later than a day after the next record. */
    private static final Map<String, String> CHANGELOG = Map.of(
            TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
            String.valueOf(Duration.ofDays(1).toMillis()));

    private record KeptGold(long since, GoldDocument gold) {
        KeptGold {
            Objects.requireNonNull(gold);
        }
    }

    private record KeptAnswers(long since, List<EntitiesEvent> answers) {
        KeptAnswers {
            answers = List.copyOf(answers);
        }
    }

    /** @param at when it was scored, in milliseconds of Unix time; 0 where an earlier version did not keep it */
    private record Mark(boolean answered, long at) {}

    /** The models that a document has been scored for. */
    record ScoredBy(Map<String, Mark> models) {
        private static final char MISSED = '-';
        private static final char ANSWERED = '+';
        /** A line for each model, behind its sign the time; earlier versions wrote none. */
        private static final Pattern LINE = Pattern.compile("([-+])(?:(\\d+) )?(.*)\n");

        static ScoredBy parse(String lines) {
            Map<String, Mark> models = new LinkedHashMap<>();
            Matcher line = LINE.matcher(lines);
            while (line.find()) {
                long at =
                        Optional.ofNullable(line.group(2)).map(Long::parseLong).orElse(0L);
                models.put(line.group(3), new Mark(line.group(1).charAt(0) == ANSWERED, at));
            }
            return new ScoredBy(models);
        }

        String lines() {
            StringBuilder lines = new StringBuilder();
            models.forEach((model, mark) -> lines.append(mark.answered() ? ANSWERED : MISSED)
                    .append(mark.at())
                    .append(' ')
                    .append(model)
                    .append('\n'));
            return lines.toString();
        }

        boolean isEmpty() {
            return models.isEmpty();
        }

        /** Without those whose score counts no more. */
        ScoredBy since(long time) {
            Map<String, Mark> recent = new LinkedHashMap<>(models);
            recent.values().removeIf(mark -> mark.at() < time);
            return new ScoredBy(recent);
        }

        boolean answered(String modelId) {
            return models.containsKey(modelId) && models.get(modelId).answered();
        }

        /** Whether it counts as missed by this model, or by all as none served. */
        boolean missed(String modelId) {
            return Stream.of(modelId, DocumentScored.NO_MODEL)
                    .anyMatch(model ->
                            models.containsKey(model) && !models.get(model).answered());
        }

        /** An answer takes the place of what it was missed by. */
        ScoredBy answeredBy(String modelId, long now) {
            Map<String, Mark> more = new LinkedHashMap<>(models);
            more.remove(DocumentScored.NO_MODEL);
            more.put(modelId, new Mark(true, now));
            return new ScoredBy(more);
        }

        ScoredBy missedBy(String modelId, long now) {
            Map<String, Mark> more = new LinkedHashMap<>(models);
            more.put(modelId, new Mark(false, now));
            return new ScoredBy(more);
        }
    }

    private final KeyValueStore<String, byte[]> gold;
    private final KeyValueStore<String, String> scored;
    private final KeyValueStore<String, byte[]> early;
    /** When each document came last, oldest first. */
    private final Map<String, Long> goldSince = new LinkedHashMap<>();

    private final Map<String, Long> earlySince = new LinkedHashMap<>();

    private final PassedOver passedOver;

    private JoinStores(
            KeyValueStore<String, byte[]> gold,
            KeyValueStore<String, String> scored,
            KeyValueStore<String, byte[]> early,
            PassedOver passedOver) {
        this.gold = gold;
        this.scored = scored;
        this.early = early;
        this.passedOver = passedOver;
    }

    static List<StoreBuilder<?>> builders(boolean onDisk) {
        return List.of(
                builder(GOLD, onDisk, Serdes.ByteArray()),
                builder(SCORED, onDisk, Serdes.String()),
                builder(EARLY, onDisk, Serdes.ByteArray()));
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> builder(String name, boolean onDisk, Serde<V> values) {
        KeyValueBytesStoreSupplier supplier =
                onDisk ? Stores.persistentKeyValueStore(name) : Stores.inMemoryKeyValueStore(name);
        return Stores.keyValueStoreBuilder(supplier, Serdes.String(), values).withLoggingEnabled(CHANGELOG);
    }

    /** The stores as Kafka Streams has restored them, without what cannot be read, as from another version. */
    static JoinStores of(ProcessorContext<?, ?> context, PassedOver passedOver) {
        JoinStores stores = new JoinStores(
                context.getStateStore(GOLD), context.getStateStore(SCORED), context.getStateStore(EARLY), passedOver);
        stores.fill(
                stores.goldSince,
                stores.gold,
                bytes -> EventJson.read(bytes, KeptGold.class).since());
        stores.fill(
                stores.earlySince,
                stores.early,
                bytes -> EventJson.read(bytes, KeptAnswers.class).since());
        return stores;
    }

    private void fill(Map<String, Long> sinceById, KeyValueStore<String, byte[]> store, ToLongFunction<byte[]> since) {
        List<Map.Entry<String, Long>> all = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = store.all()) {
            entries.forEachRemaining(entry -> passedOver
                    .read(store.name(), entry.key, () -> Map.entry(entry.key, since.applyAsLong(entry.value)))
                    .ifPresentOrElse(all::add, () -> unreadable.add(entry.key)));
        }
        unreadable.forEach(store::delete);
        all.sort(Map.Entry.comparingByValue());
        all.forEach(entry -> sinceById.put(entry.getKey(), entry.getValue()));
    }

    void forEachGold(Consumer<GoldDocument> action) {
        try (KeyValueIterator<String, byte[]> entries = gold.all()) {
            entries.forEachRemaining(entry ->
                    action.accept(EventJson.read(entry.value, KeptGold.class).gold()));
        }
    }

    Optional<GoldDocument> gold(String documentId) {
        return kept(documentId).map(KeptGold::gold);
    }

    /** Keeps a document from now on, whether it came before or not. */
    void put(GoldDocument document, long now) {
        gold.put(document.documentId(), EventJson.write(new KeptGold(now, document)));
        goldSince.remove(document.documentId());
        goldSince.put(document.documentId(), now);
    }

    ScoredBy scoredBy(String documentId) {
        return ScoredBy.parse(Optional.ofNullable(scored.get(documentId)).orElse(""));
    }

    void put(String documentId, ScoredBy models) {
        scored.put(documentId, models.lines());
    }

    /** The topics that Kafka Streams keeps the stores in. */
    static List<String> changelogs(String group) {
        return Stream.of(GOLD, SCORED, EARLY)
                .map(store -> changelog(group, store))
                .toList();
    }

    static String goldChangelog(String group) {
        return changelog(group, GOLD);
    }

    static String earlyChangelog(String group) {
        return changelog(group, EARLY);
    }

    private static String changelog(String group, String store) {
        return group + "-" + store + "-changelog";
    }

    /**
     * Of each model the first answer counts.
     *
     * @param maxBytes of all answers of a document
     * @return false where this one is too much
     */
    boolean putEarly(EntitiesEvent answer, long now, int maxBytes) {
        Map<String, EntitiesEvent> byModel = new LinkedHashMap<>();
        Optional<KeptAnswers> before = early(answer.documentId());
        before.ifPresent(kept -> kept.answers().forEach(other -> byModel.put(other.modelId(), other)));
        if (byModel.putIfAbsent(answer.modelId(), answer) == null) {
            long since = before.map(KeptAnswers::since).orElse(now);
            byte[] kept = EventJson.write(new KeptAnswers(since, List.copyOf(byModel.values())));
            if (RecordSize.of(answer.documentId().getBytes(StandardCharsets.UTF_8), kept) > maxBytes) {
                return false;
            }
            early.put(answer.documentId(), kept);
            earlySince.putIfAbsent(answer.documentId(), now);
        }
        return true;
    }

    List<EntitiesEvent> takeEarly(String documentId) {
        List<EntitiesEvent> answers =
                early(documentId).map(KeptAnswers::answers).orElse(List.of());
        if (!answers.isEmpty()) {
            early.delete(documentId);
            earlySince.remove(documentId);
        }
        return answers;
    }

    /** All of a document, whether it came or only answers to it. */
    void forget(String documentId) {
        gold.delete(documentId);
        scored.delete(documentId);
        goldSince.remove(documentId);
        early.delete(documentId);
        earlySince.remove(documentId);
    }

    /** @return ids of the documents that came last before then and are gone now */
    List<String> forgetGold(long before) {
        List<String> forgotten = before(goldSince, before);
        forgotten.forEach(id -> {
            gold.delete(id);
            scored.delete(id);
            goldSince.remove(id);
        });
        return forgotten;
    }

    /** @return the answers that came before and found no gold */
    List<EntitiesEvent> forgetEarly(long before) {
        return before(earlySince, before).stream()
                .flatMap(id -> takeEarly(id).stream())
                .toList();
    }

    private static List<String> before(Map<String, Long> sinceById, long time) {
        return sinceById.entrySet().stream()
                .takeWhile(entry -> entry.getValue() < time)
                .map(Map.Entry::getKey)
                .toList();
    }

    private Optional<KeptGold> kept(String documentId) {
        return Optional.ofNullable(gold.get(documentId)).map(bytes -> EventJson.read(bytes, KeptGold.class));
    }

    private Optional<KeptAnswers> early(String documentId) {
        return Optional.ofNullable(early.get(documentId)).map(bytes -> EventJson.read(bytes, KeptAnswers.class));
    }
}
