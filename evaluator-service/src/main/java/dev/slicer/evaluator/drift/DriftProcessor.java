package dev.slicer.evaluator.drift;

import dev.slicer.evaluator.join.StreamRecords;
import dev.slicer.events.EventJson;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Watches what users' documents are like. What was counted since it was last stored, some seconds, is lost with a
 * crash: it is a sample, not an account.
 */
final class DriftProcessor extends ContextualProcessor<byte[], byte[], Void, Void> {
    static final String STORE = "drift";
    private static final Duration STORE_EVERY = Duration.ofSeconds(10);

    private final DriftBoard board;
    private final DriftMetrics metrics;
    private final PassedOver passedOver;
    private KeyValueStore<String, byte[]> stored;
    private TaskId task;

    DriftProcessor(DriftBoard board, DriftMetrics metrics, PassedOver passedOver) {
        this.board = board;
        this.metrics = metrics;
        this.passedOver = passedOver;
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
        passedOver.take(StreamRecords.asConsumed(record, context()), consumed -> {
            DriftSample sample = EventJson.read(consumed.value(), DriftSample.class);
            board.add(task, sample.key(), sample.window());
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
