package dev.slicer.evaluator.drift;

import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.join.StreamRecords;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Watches what users' documents are like. What was counted since it was last stored, some seconds, is lost with a
 * crash: it is a sample, not an account.
 */
public final class DriftProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {
    private static final String STORE = "drift";
    private static final Duration STORE_EVERY = Duration.ofSeconds(10);

    private final DriftBoard board;
    private final DriftMetrics metrics;
    private final LanguageLabels languages;
    private final PassedOver passedOver;
    private KeyValueStore<String, byte[]> stored;
    private TaskId task;

    private DriftProcessor(DriftBoard board, DriftMetrics metrics, LanguageLabels languages, PassedOver passedOver) {
        this.board = board;
        this.metrics = metrics;
        this.languages = languages;
        this.passedOver = passedOver;
    }

    /** A processor of entities that keeps the board and the metrics. */
    public static ProcessorSupplier<byte[], byte[], Void, Void> supplier(
            DriftBoard board, DriftMetrics metrics, LanguageLabels languages, PassedOver passedOver) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], byte[], Void, Void> get() {
                return new DriftProcessor(board, metrics, languages, passedOver);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray()));
            }
        };
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        task = context.taskId();
        stored = context.getStateStore(STORE);
        try (KeyValueIterator<String, byte[]> windows = stored.all()) {
            windows.forEachRemaining(window -> passedOver.read(STORE, window.key, () -> {
                board.restore(
                        task,
                        EventJson.read(window.key.getBytes(StandardCharsets.UTF_8), DriftBoard.WindowKey.class),
                        EventJson.read(window.value, DriftWindow.class));
                return true;
            }));
        }
        context.schedule(STORE_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> {
            store();
            metrics.refresh();
        });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.key() != null
                && new String(record.key(), StandardCharsets.UTF_8).startsWith(GoldDocument.ID_PREFIX)) {
            return;
        }
        passedOver.take(StreamRecords.asConsumed(record, context()), consumed -> {
            EntitiesEvent event = KafkaEvents.read(consumed, EntitiesEvent.class);
            board.add(task, languages.of(event.language()), event, record.timestamp());
        });
    }

    private void store() {
        board.store(task, (key, window) -> {
            String json = new String(EventJson.write(key), StandardCharsets.UTF_8);
            window.ifPresentOrElse(value -> stored.put(json, EventJson.write(value)), () -> stored.delete(json));
        });
    }

    @Override
    public void close() {
        board.drop(task);
    }
}
