package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.evaluator.gold.RefusedGoldException;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.LabelledDocument;
import dev.slicer.kafka.reading.WholeTopics;
import dev.slicer.kafka.records.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The labelled documents that checkpoints are compared on: those that the join has, and has for as long as a trial takes. */
final class BenchmarkDocuments {
    private static final Duration POLL = Duration.ofMillis(200);

    private final GoldRules rules;
    private final TrialSettings settings;

    /**
     * A document as the join knows it.
     *
     * @param changed when it came first with these labels in the place of others that were forgotten by then
     * @param last when it came last
     */
    private record Known(GoldDocument gold, Instant changed, Instant last) {}

    /**
     * @param documents by their id
     * @param stale languages whose documents have not been published for too long, beside others of their benchmark
     */
    record Sample(Map<String, TrialGold> documents, Set<Language> stale) {}

    /** A language of a benchmark. */
    record Language(String benchmark, String code) implements Comparable<Language> {
        private static final Comparator<Language> ORDER =
                Comparator.comparing(Language::benchmark).thenComparing(Language::code);

        static Language of(GoldDocument gold) {
            return new Language(gold.benchmark(), gold.language());
        }

        @Override
        public int compareTo(Language other) {
            return ORDER.compare(this, other);
        }

        @Override
        public String toString() {
            return benchmark + "/" + code;
        }
    }

    BenchmarkDocuments(GoldRules rules, TrialSettings settings) {
        this.rules = rules;
        this.settings = settings;
    }

    /**
     * Reads what was published in twice the time for which gold is kept. That suffices to know of each document that the
     * join has the labels that it has, and of each language that is missing if it was published in that time.
     *
     * @param meanwhile called again and again; what it throws ends the reading
     * @return of each language of each benchmark no more documents than configured, the same ones each time
     */
    Sample read(Consumer<byte[], byte[]> consumer, String topic, Instant now, Runnable meanwhile) {
        Map<String, Known> known = new LinkedHashMap<>();
        Instant scoresFrom = now.minus(settings.keepGold());
        WholeTopics labelled = WholeTopics.since(scoresFrom.minus(settings.keepGold()), consumer, Set.of(topic));
        Map<TopicPartition, Long> ends = labelled.ends();
        while (!labelled.hasRead(ends)) {
            labelled.poll(POLL).forEach(record -> add(record, known));
            meanwhile.run();
        }
        Map<Language, List<Known>> fresh = new TreeMap<>();
        Set<Language> stale = new TreeSet<>();
        known.values().forEach(one -> {
            if (one.last().isAfter(scoresFrom.plus(settings.limit()))) {
                fresh.computeIfAbsent(Language.of(one.gold()), first -> new ArrayList<>())
                        .add(one);
            } else {
                stale.add(Language.of(one.gold()));
            }
        });
        Set<String> benchmarks =
                fresh.keySet().stream().map(Language::benchmark).collect(Collectors.toSet());
        // A benchmark of which nothing is published any more has been given up.
        stale.removeIf(language -> fresh.containsKey(language) || !benchmarks.contains(language.benchmark()));
        return new Sample(sample(fresh, scoresFrom), stale);
    }

    private void add(ConsumerRecord<byte[], byte[]> record, Map<String, Known> known) {
        if (record.value() == null && GoldDocument.isId(record.key())) {
            known.remove(new String(record.key(), StandardCharsets.UTF_8));
            return;
        }
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

    private Map<String, TrialGold> sample(Map<Language, List<Known>> languages, Instant scoresFrom) {
        Map<String, TrialGold> sample = new LinkedHashMap<>();
        languages
                .values()
                .forEach(group -> group.stream()
                        // Spread over the corpus, whatever its order.
                        .sorted(Comparator.<Known>comparingInt(
                                        one -> one.gold().documentId().hashCode())
                                .thenComparing(one -> one.gold().documentId()))
                        .limit(settings.maxDocuments())
                        .forEach(one -> sample.put(
                                one.gold().documentId(),
                                new TrialGold(
                                        one.gold(), one.changed().isAfter(scoresFrom) ? one.changed() : scoresFrom))));
        return sample;
    }
}
