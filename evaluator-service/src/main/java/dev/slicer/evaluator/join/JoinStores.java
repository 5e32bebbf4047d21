package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.RecordSize;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
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

    private record KeptGold(long since, GoldDocument gold) {}

    private record KeptAnswers(long since, List<EntitiesEvent> answers) {}

    private record Since(String documentId, long time) {}

    /**
     * The models that a document has been scored for.
     *
     * @param models one a line, behind a {@code +} where it answered and a {@code -} where it missed the document
     */
    record ScoredBy(String models) {
        private static final String MISSED = "-";
        private static final String ANSWERED = "+";

        boolean isEmpty() {
            return models.isEmpty();
        }

        boolean includes(String modelId) {
            return has(ANSWERED + modelId) || missed(modelId);
        }

        boolean missed(String modelId) {
            return has(MISSED + modelId);
        }

        ScoredBy answered(String modelId) {
            return new ScoredBy(models + ANSWERED + modelId + "\n");
        }

        ScoredBy missedBy(String modelId) {
            return new ScoredBy(models + MISSED + modelId + "\n");
        }

        private boolean has(String line) {
            return models.startsWith(line + "\n") || models.contains("\n" + line + "\n");
        }
    }

    private final KeyValueStore<String, byte[]> gold;
    private final KeyValueStore<String, String> scored;
    private final KeyValueStore<String, byte[]> early;
    /** Oldest first. */
    private final Deque<Since> goldByAge = new ArrayDeque<>();

    private final Deque<Since> earlyByAge = new ArrayDeque<>();

    private JoinStores(
            KeyValueStore<String, byte[]> gold,
            KeyValueStore<String, String> scored,
            KeyValueStore<String, byte[]> early) {
        this.gold = gold;
        this.scored = scored;
        this.early = early;
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
        return Stores.keyValueStoreBuilder(supplier, Serdes.String(), values);
    }

    /** The stores as Kafka Streams has restored them. */
    static JoinStores of(ProcessorContext<?, ?> context) {
        JoinStores stores = new JoinStores(
                context.getStateStore(GOLD), context.getStateStore(SCORED), context.getStateStore(EARLY));
        stores.goldByAge.addAll(byAge(
                stores.gold, bytes -> EventJson.read(bytes, KeptGold.class).since()));
        stores.earlyByAge.addAll(byAge(
                stores.early, bytes -> EventJson.read(bytes, KeptAnswers.class).since()));
        return stores;
    }

    private static List<Since> byAge(KeyValueStore<String, byte[]> store, ToLongFunction<byte[]> since) {
        List<Since> all = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = store.all()) {
            entries.forEachRemaining(entry -> all.add(new Since(entry.key, since.applyAsLong(entry.value))));
        }
        all.sort(Comparator.comparingLong(Since::time));
        return all;
    }

    void forEachGold(Consumer<GoldDocument> action) {
        try (KeyValueIterator<String, byte[]> entries = gold.all()) {
            entries.forEachRemaining(entry ->
                    action.accept(EventJson.read(entry.value, KeptGold.class).gold()));
        }
    }

    Optional<GoldDocument> gold(String documentId) {
        return Optional.ofNullable(gold.get(documentId))
                .map(bytes -> EventJson.read(bytes, KeptGold.class).gold());
    }

    void put(GoldDocument document, long now) {
        gold.put(document.documentId(), EventJson.write(new KeptGold(now, document)));
        goldByAge.addLast(new Since(document.documentId(), now));
    }

    ScoredBy scoredBy(String documentId) {
        return new ScoredBy(Optional.ofNullable(scored.get(documentId)).orElse(""));
    }

    void put(String documentId, ScoredBy models) {
        scored.put(documentId, models.models());
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
            if (before.isEmpty()) {
                earlyByAge.addLast(new Since(answer.documentId(), now));
            }
        }
        return true;
    }

    List<EntitiesEvent> takeEarly(String documentId) {
        List<EntitiesEvent> answers =
                early(documentId).map(KeptAnswers::answers).orElse(List.of());
        if (!answers.isEmpty()) {
            early.delete(documentId);
        }
        return answers;
    }

    /** @return ids of the documents that came before and are gone now */
    List<String> forgetGold(long before) {
        List<String> forgotten = new ArrayList<>();
        while (!goldByAge.isEmpty() && goldByAge.peekFirst().time() < before) {
            String id = goldByAge.removeFirst().documentId();
            gold.delete(id);
            scored.delete(id);
            forgotten.add(id);
        }
        return forgotten;
    }

    /** @return the answers that came before and found no gold */
    List<EntitiesEvent> forgetEarly(long before) {
        List<EntitiesEvent> forgotten = new ArrayList<>();
        while (!earlyByAge.isEmpty() && earlyByAge.peekFirst().time() < before) {
            forgotten.addAll(takeEarly(earlyByAge.removeFirst().documentId()));
        }
        return forgotten;
    }

    private Optional<KeptAnswers> early(String documentId) {
        return Optional.ofNullable(early.get(documentId)).map(bytes -> EventJson.read(bytes, KeptAnswers.class));
    }
}
