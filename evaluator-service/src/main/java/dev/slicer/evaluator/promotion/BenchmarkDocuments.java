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

/** The labelled documents that checkpoints are compared on. */
final class BenchmarkDocuments {
    private final GoldRules rules;
    private final TrialSettings settings;

    BenchmarkDocuments(GoldRules rules, TrialSettings settings) {
        this.rules = rules;
        this.settings = settings;
    }

    /**
     * Reads all that the topic holds now.
     *
     * @return by document id; of each language of each benchmark no more than configured, the same ones each time
     */
    Map<String, GoldDocument> read(Consumer<byte[], byte[]> consumer, String topic, Instant now) {
        Map<String, GoldDocument> first = new LinkedHashMap<>();
        TopicEnd end = TopicEnd.assign(consumer, topic);
        while (!end.isReached()) {
            for (ConsumerRecord<byte[], byte[]> record : end.poll()) {
                if (record.timestamp() > now.minus(settings.keepGold()).toEpochMilli()) {
                    add(record, first);
                }
            }
        }
        return sample(first);
    }

    private void add(ConsumerRecord<byte[], byte[]> record, Map<String, GoldDocument> first) {
        try {
            GoldDocument gold = rules.read(KafkaEvents.read(record, LabelledDocument.class));
            if (settings.benchmarks().isEmpty() || settings.benchmarks().contains(gold.benchmark())) {
                first.putIfAbsent(gold.documentId(), gold);
            }
        } catch (InvalidEventException | RefusedGoldException e) {
            // The join has sent it to the dead letters.
            return;
        }
    }

    private Map<String, GoldDocument> sample(Map<String, GoldDocument> all) {
        Map<List<String>, List<GoldDocument>> groups = new TreeMap<>(Comparator.comparing(String::valueOf));
        all.values()
                .forEach(gold -> groups.computeIfAbsent(
                                List.of(gold.benchmark(), gold.language()), first -> new ArrayList<>())
                        .add(gold));
        Map<String, GoldDocument> sample = new LinkedHashMap<>();
        groups.values()
                .forEach(group -> group.stream()
                        // Spread over the corpus, whatever its order.
                        .sorted(Comparator.<GoldDocument>comparingInt(
                                        gold -> gold.documentId().hashCode())
                                .thenComparing(GoldDocument::documentId))
                        .limit(settings.maxDocuments())
                        .forEach(gold -> sample.put(gold.documentId(), gold)));
        return sample;
    }
}
