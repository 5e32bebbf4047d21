package dev.slicer.evaluator.scores;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.events.ScoreTotals;
import dev.slicer.kafka.records.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the scores of each benchmark, model and language come to, as their topic has it: the same in every instance. Safe for
 * use by several threads; those that read wait for none.
 */
public final class ScoreBoard {
    /** Of the three names together, so that each page of the report has an address. Evaluators' own are shorter. */
    private static final int LONGEST_KEY = 1000;

    /** What a page of the report shows together. */
    record ModelOnBenchmark(String benchmark, String modelId) implements Comparable<ModelOnBenchmark> {
        private static final Comparator<ModelOnBenchmark> ORDER =
                Comparator.comparing(ModelOnBenchmark::benchmark).thenComparing(ModelOnBenchmark::modelId);

        static ModelOnBenchmark of(ScoreTotals.Key key) {
            return new ModelOnBenchmark(key.benchmark(), key.modelId());
        }

        @Override
        public int compareTo(ModelOnBenchmark other) {
            return ORDER.compare(this, other);
        }
    }

    /** By language. */
    private final ConcurrentNavigableMap<ModelOnBenchmark, NavigableMap<String, ScoreTotals>> totals =
            new ConcurrentSkipListMap<>();

    private volatile long changes;

    /**
     * Takes a record of the topic of totals.
     *
     * @throws InvalidEventException where it is none
     */
    public synchronized void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            remove(key(record));
        } else {
            put(KafkaEvents.read(record, ScoreTotals.class));
        }
        changes++;
    }

    private static ScoreTotals.Key key(ConsumerRecord<byte[], byte[]> tombstone) {
        byte[] key = Optional.ofNullable(tombstone.key())
                .orElseThrow(() -> new InvalidEventException(
                        Reason.INVALID_VALUE, "it has neither a key nor a value: no evaluator has written this"));
        try {
            return ScoreTotals.Key.parse(new String(key, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new InvalidEventException(Reason.INVALID_VALUE, "its key " + e.getMessage());
        }
    }

    private void remove(ScoreTotals.Key key) {
        totals.computeIfPresent(ModelOnBenchmark.of(key), (model, languages) -> {
            languages.remove(key.language());
            return languages.isEmpty() ? null : languages;
        });
    }

    private void put(ScoreTotals read) {
        if (read.key().length() > LONGEST_KEY) {
            throw new InvalidEventException(
                    Reason.INVALID_VALUE,
                    "benchmark, modelId and language have more than " + LONGEST_KEY + " characters together");
        }
        totals.computeIfAbsent(ModelOnBenchmark.of(read.series()), first -> new ConcurrentSkipListMap<>())
                .put(read.language(), read);
    }

    /**
     * The totals by language of each benchmark and model, in alphabetical order of all three.
     *
     * @param first where to begin; with all when absent
     */
    NavigableMap<ModelOnBenchmark, NavigableMap<String, ScoreTotals>> from(Optional<ModelOnBenchmark> first) {
        return Collections.unmodifiableNavigableMap(
                first.map(model -> totals.tailMap(model, true)).orElse(totals));
    }

    /** In alphabetical order of benchmark, model and language. */
    Stream<ScoreTotals> all() {
        return totals.values().stream().flatMap(languages -> languages.values().stream());
    }

    /** How many records were read: as long as it is the same, so is all that is shown. */
    long changes() {
        return changes;
    }
}
