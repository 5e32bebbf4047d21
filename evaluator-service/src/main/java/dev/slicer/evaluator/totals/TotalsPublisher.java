package dev.slicer.evaluator.totals;

import dev.slicer.evaluator.join.StreamRecords;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Adds changes up and publishes what they come to, with confidence intervals: a little later, so that many changes make one
 * record, and large ones, of which an interval takes longer, at longer intervals.
 */
final class TotalsPublisher extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    static final String STORE = "series";

    private static final Duration TICK = Duration.ofSeconds(1);
    /** What a document adds to the wait for its series to be published; its interval takes some microseconds of it. */
    private static final Duration WAIT_FOR_A_DOCUMENT = Duration.ofNanos(100_000);
    /** Intervals are drawn for so many at a time, some tenths of a second, so that the join does not wait for long. */
    private static final int DOCUMENTS_IN_A_TICK = 50_000;

    private final Duration keep;
    private final Topics topics;
    private final KafkaEvents events;
    private final RecordSizes sizes;
    private final PassedOver passedOver;
    /** Since when they have changes that are not published, oldest first. */
    private final Map<String, Long> changedSince = new LinkedHashMap<>();

    private KeyValueStore<String, byte[]> store;
    private Instant from = Instant.MIN;

    TotalsPublisher(Duration keep, Topics topics, KafkaEvents events, RecordSizes sizes, PassedOver passedOver) {
        this.keep = keep;
        this.topics = topics;
        this.events = events;
        this.sizes = sizes;
        this.passedOver = passedOver;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        store = context.getStateStore(STORE);
        forEach((key, series) -> {
            if (series.hasChanged()) {
                changedSince.put(key, 0L);
            }
        });
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> {
            forget(now);
            publish(now);
        });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        passedOver.take(StreamRecords.asConsumed(record, context()), this::add);
    }

    private void add(ConsumerRecord<byte[], byte[]> change) {
        String key = new String(change.key(), StandardCharsets.UTF_8);
        Series series = Optional.ofNullable(store.get(key))
                .map(packed -> read(key, packed))
                .orElseGet(Series::new);
        ScoreChange.of(change.value()).applyTo(series);
        series.forgetBefore(countingFrom());
        put(key, series);
    }

    private static Series read(String key, byte[] packed) {
        return UnreadableStoreException.orThrow(STORE, key, () -> Series.of(packed));
    }

    private void put(String key, Series series) {
        store.put(key, series.packed());
        changedSince.putIfAbsent(key, context().currentSystemTimeMs());
    }

    /** Where documents count no more, their changes come by themselves; what was answered before them does not. */
    private void forget(long now) {
        if (countingFrom().isAfter(from)) {
            from = countingFrom();
            List<Runnable> changes = new ArrayList<>();
            forEach((key, series) -> {
                boolean changed = series.hasChanged();
                series.forgetBefore(from);
                if (series.hasChanged() && !changed) {
                    changes.add(() -> put(key, series));
                }
            });
            changes.forEach(Runnable::run);
        }
    }

    private Instant countingFrom() {
        return LastScores.countingFrom(context().currentSystemTimeMs(), keep);
    }

    private void publish(long now) {
        long documents = 0;
        for (Iterator<Map.Entry<String, Long>> due = changedSince.entrySet().iterator();
                due.hasNext() && documents < DOCUMENTS_IN_A_TICK; ) {
            Map.Entry<String, Long> entry = due.next();
            String key = entry.getKey();
            Series series = read(key, store.get(key));
            if (now - entry.getValue()
                    >= WAIT_FOR_A_DOCUMENT.multipliedBy(series.documents()).toMillis()) {
                due.remove();
                documents += series.documents();
                // Fails on counts or names that no evaluator writes; with the next change it is tried again.
                passedOver.read(STORE, key, () -> {
                    publish(key, series, now);
                    return true;
                });
            }
        }
    }

    private void publish(String key, Series series, long now) {
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        if (series.isEmpty()) {
            context().forward(new Record<>(keyBytes, null, now));
            store.delete(key);
            return;
        }
        ScoreTotals.Key names = ScoreTotals.Key.parse(key);
        ScoreTotals totals = series.totals(names.benchmark(), names.modelId(), names.language());
        ProducerRecord<byte[], byte[]> whole = events.write(topics.scoreTotals(), totals);
        ProducerRecord<byte[], byte[]> fitting =
                sizes.fits(whole) ? whole : events.write(topics.scoreTotals(), totals.withTypesAs(Contribution.OTHER));
        if (!sizes.fits(fitting)) {
            throw new IllegalStateException("the totals take more than the " + sizes.limit(topics.scoreTotals())
                    + " bytes that fit into a record");
        }
        context().forward(StreamRecords.asForwarded(fitting, now));
        series.published();
        store.put(key, series.packed());
    }

    private void forEach(BiConsumer<String, Series> action) {
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> next = all.next();
                action.accept(next.key, read(next.key, next.value));
            }
        }
    }
}
