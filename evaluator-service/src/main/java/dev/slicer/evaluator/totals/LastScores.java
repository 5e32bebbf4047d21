package dev.slicer.evaluator.totals;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.ScoreTotals;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Has of each document and model the last score count: a real answer takes the place of a miss, also of one that was nobody's.
 * Scores count for so long, to the hour. Each change goes on under the key of what it changes.
 */
final class LastScores extends ContextualProcessor<byte[], DocumentScored, byte[], byte[]> {
    static final String STORE = "last-scores";

    private static final Duration TICK = Duration.ofSeconds(1);
    /** Of a score's key in the store: a digest, as ids are long and there are many. */
    private static final int KEY_BYTES = 16;
    /** Those that count no more are looked for among so many at a time, so that nothing waits for it. */
    private static final int LOOKED_AT_IN_A_TICK = 20_000;

    private static final int FIRST_BYTES = 256;

    /** A document's score of a model, as the store has it. */
    private record Kept(String series, Contribution score) {
        byte[] packed() {
            Packer packer = new Packer();
            score.write(packer);
            return packer.text(series).packed();
        }

        static Kept of(byte[] bytes) {
            Unpacker packed = new Unpacker(bytes);
            Contribution score = Contribution.read(packed);
            return new Kept(packed.text(), score);
        }

        /** Without reading the rest. */
        static Instant at(byte[] bytes) {
            return new Unpacker(bytes).time();
        }
    }

    private final Duration keep;
    private KeyValueStore<byte[], byte[]> store;
    private Instant from = Instant.MIN;
    /** The next first byte of keys to look at; all have been looked at when it is one too many. */
    private int next = FIRST_BYTES;

    /** @param keep how long a score counts */
    LastScores(Duration keep) {
        this.keep = keep;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        store = context.getStateStore(STORE);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::forget);
    }

    @Override
    public void process(Record<byte[], DocumentScored> record) {
        DocumentScored score = record.value();
        if (score.scoredAt().isBefore(countingFrom(context().currentSystemTimeMs()))) {
            return;
        }
        ScoreTotals.Key series = score.series();
        if (score.outcome() == Outcome.FORGOTTEN) {
            forget(key(series, score.documentId()), record.timestamp());
            return;
        }
        Contribution now = Contribution.of(score);
        byte[] key = key(series, score.documentId());
        Optional<Kept> before = kept(key, store.get(key));
        if (!before.map(Kept::score).equals(Optional.of(now))) {
            Kept kept = new Kept(series.text(), now);
            store.put(key, kept.packed());
            change(kept.series(), new ScoreChange(before.map(Kept::score), Optional.of(now)), record.timestamp());
        }
        if (!now.missed()) {
            forget(key(series.withModel(DocumentScored.NO_MODEL), score.documentId()), record.timestamp());
        }
    }

    private void forget(byte[] key, long timestamp) {
        kept(key, store.delete(key))
                .ifPresent(gone ->
                        change(gone.series(), new ScoreChange(Optional.of(gone.score()), Optional.empty()), timestamp));
    }

    private static Optional<Kept> kept(byte[] key, byte[] value) {
        return Optional.ofNullable(value).map(bytes -> read(key, () -> Kept.of(bytes)));
    }

    private static <T> T read(byte[] key, Supplier<T> reading) {
        return UnreadableStoreException.orThrow(STORE, HexFormat.of().formatHex(key), reading);
    }

    private void change(String series, ScoreChange change, long timestamp) {
        context().forward(new Record<>(series.getBytes(StandardCharsets.UTF_8), change.packed(), timestamp));
    }

    private void forget(long now) {
        Instant begin = countingFrom(now);
        if (begin.isAfter(from)) {
            from = begin;
            next = 0;
        }
        for (int seen = 0; next < FIRST_BYTES && seen < LOOKED_AT_IN_A_TICK; next++) {
            seen += forgetKeysThatBeginWith((byte) next, now);
        }
    }

    private int forgetKeysThatBeginWith(byte first, long now) {
        List<byte[]> old = new ArrayList<>();
        int seen = 0;
        byte[] last = new byte[KEY_BYTES];
        Arrays.fill(last, (byte) -1);
        last[0] = first;
        try (KeyValueIterator<byte[], byte[]> kept = store.range(new byte[] {first}, last)) {
            for (; kept.hasNext(); seen++) {
                KeyValue<byte[], byte[]> score = kept.next();
                if (read(score.key, () -> Kept.at(score.value)).isBefore(from)) {
                    old.add(score.key);
                }
            }
        }
        old.forEach(key -> forget(key, now));
        return seen;
    }

    private Instant countingFrom(long now) {
        return countingFrom(now, keep);
    }

    /** By the hour, so that it comes to the same wherever it is done. */
    static Instant countingFrom(long now, Duration keep) {
        return Instant.ofEpochMilli(now).minus(keep).truncatedTo(ChronoUnit.HOURS);
    }

    private static byte[] key(ScoreTotals.Key series, String documentId) {
        try {
            Packer whole = new Packer();
            List.of(series.benchmark(), series.modelId(), series.language(), documentId)
                    .forEach(whole::text);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(whole.packed());
            return Arrays.copyOf(digest, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }
}
