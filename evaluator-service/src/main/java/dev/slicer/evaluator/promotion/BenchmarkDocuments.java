package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.gold.RefusedGoldException;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.service.KafkaEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The labelled documents that checkpoints are compared on: those that the join has, and has for as long as a trial takes. */
final class BenchmarkDocuments {
    private final GoldRules rules;
    private final TrialSettings settings;

    /**
     * A document as the join knows it.
     *
     * @param changed when it came first with these labels in the place of others that were forgotten by then
     * @param last when it came last
     */
    private record Known(GoldDocument gold, Instant changed, Instant last) {}

    BenchmarkDocuments(GoldRules rules, TrialSettings settings) {
        this.rules = rules;
        this.settings = settings;
    }

    /**
     * Reads all that the topic holds now.
     *
     * @param meanwhile called again and again; what it throws ends the reading
     * @return by document id; of each language of each benchmark no more than configured, the same ones each time
     */
    Map<String, TrialGold> read(Consumer<byte[], byte[]> consumer, String topic, Instant now, Runnable meanwhile) {
        Map<String, Known> known = new LinkedHashMap<>();
        TopicEnd end = TopicEnd.assign(consumer, topic);
        while (!end.isReached()) {
            end.poll().forEach(record -> add(record, known));
            meanwhile.run();
        }
        Instant scoresFrom = now.minus(settings.keepGold());
        Map<String, TrialGold> fresh = new LinkedHashMap<>();
        known.forEach((id, one) -> {
            if (one.last().isAfter(scoresFrom.plus(settings.limit()))) {
                fresh.put(
                        id, new TrialGold(one.gold(), one.changed().isAfter(scoresFrom) ? one.changed() : scoresFrom));
            }
        });
        return sample(fresh);
    }

    private void add(ConsumerRecord<byte[], byte[]> record, Map<String, Known> known) {
        try {
            GoldDocument gold = rules.read(KafkaEvents.read(record, LabelledDocument.class));
            if (settings.benchmarks().isEmpty() || settings.benchmarks().contains(gold.benchmark())) {
                Instant at = Instant.ofEpochMilli(record.timestamp());
                known.compute(
                        gold.documentId(),
                        (id, before) -> before == null ? new Known(gold, Instant.MIN, at) : again(before, gold, at));
            }
        } catch (InvalidEventException | RefusedGoldException e) {
            // The join has sent it to the dead letters.
            return;
        }
    }

    private Known again(Known before, GoldDocument gold, Instant at) {
        if (before.gold().equals(gold)) {
            return new Known(gold, before.changed(), at);
        }
        // Until the join forgets a document it refuses other labels of it.
        return at.isAfter(before.last().plus(settings.keepGold())) ? new Known(gold, at, at) : before;
    }

    private Map<String, TrialGold> sample(Map<String, TrialGold> all) {
        Map<List<String>, List<String>> groups = new TreeMap<>(Comparator.comparing(String::valueOf));
        all.forEach((id, gold) -> groups.computeIfAbsent(
                        List.of(gold.document().benchmark(), gold.document().language()), first -> new ArrayList<>())
                .add(id));
        Map<String, TrialGold> sample = new LinkedHashMap<>();
        groups.values()
                .forEach(group -> group.stream()
                        // Spread over the corpus, whatever its order.
                        .sorted(Comparator.<String>comparingInt(String::hashCode)
                                .thenComparing(Comparator.naturalOrder()))
                        .limit(settings.maxDocuments())
                        .forEach(id -> sample.put(id, all.get(id))));
        return sample;
    }
}
