package dev.slicer.evaluator.drift;

import dev.slicer.evaluator.drift.DriftBoard.WindowKey;
import dev.slicer.evaluator.gold.GoldDocument;
import dev.slicer.evaluator.join.StreamRecords;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Sums up for some seconds what users' documents are like, so that few records go on. What it has not handed on is lost with a crash. */
final class DriftSampler extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private static final Duration HAND_ON_EVERY = Duration.ofSeconds(5);

    private final DriftBoard board;
    private final LanguageLabels languages;
    private final PassedOver passedOver;
    private final Map<WindowKey, DriftWindow> sums = new HashMap<>();

    DriftSampler(DriftBoard board, LanguageLabels languages, PassedOver passedOver) {
        this.board = board;
        this.languages = languages;
        this.passedOver = passedOver;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        context.schedule(HAND_ON_EVERY, PunctuationType.WALL_CLOCK_TIME, this::handOn);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (record.key() != null
                && new String(record.key(), StandardCharsets.UTF_8).startsWith(GoldDocument.ID_PREFIX)) {
            return;
        }
        passedOver.take(StreamRecords.asConsumed(record, context()), consumed -> {
            EntitiesEvent event = KafkaEvents.read(consumed, EntitiesEvent.class);
            sums.computeIfAbsent(
                            board.windowOf(event.modelId(), languages.of(event.language()), record.timestamp()),
                            first -> DriftWindow.empty())
                    .add(event);
        });
    }

    /** By partition, so that each task behind it has as fair a sample as this one. */
    private void handOn(long now) {
        byte[] partition = Integer.toString(context().taskId().partition()).getBytes(StandardCharsets.US_ASCII);
        sums.forEach((key, window) ->
                context().forward(new Record<>(partition, EventJson.write(new DriftSample(key, window)), now)));
        sums.clear();
    }
}
