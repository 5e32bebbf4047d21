package dev.slicer.evaluator.scores;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.events.ScoreTotals;
import dev.slicer.kafka.records.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the scores of each benchmark, model and language come to, as their topic has it: the same in every instance. Safe for
 * use by several threads, none of which waits for another.
 */
public final class ScoreBoard {
    private static final Comparator<ScoreTotals> ORDER = Comparator.comparing(ScoreTotals::benchmark)
            .thenComparing(ScoreTotals::modelId)
            .thenComparing(ScoreTotals::language);

    private final Map<String, ScoreTotals> totals = new ConcurrentHashMap<>();

    /**
     * Takes a record of the topic of totals.
     *
     * @throws InvalidEventException where it is none
     */
    public void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            totals.remove(Optional.ofNullable(record.key())
                    .map(key -> new String(key, StandardCharsets.UTF_8))
                    .orElseThrow(() -> new InvalidEventException(
                            Reason.INVALID_VALUE, "it has neither a key nor a value: no evaluator has written this")));
        } else {
            ScoreTotals read = KafkaEvents.read(record, ScoreTotals.class);
            totals.put(read.key(), read);
        }
    }

    /** In alphabetical order of benchmark, model and language. */
    List<ScoreTotals> of(Optional<String> modelId) {
        return totals.values().stream()
                .filter(one -> modelId.isEmpty() || modelId.get().equals(one.modelId()))
                .sorted(ORDER)
                .toList();
    }
}
