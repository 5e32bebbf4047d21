package dev.slicer.evaluator.drift;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.stream.Collectors;

/** The drift board as gauges of this instance. */
public final class DriftMetrics {
    private final DriftBoard board;
    private final MultiGauge distances;
    private final MultiGauge documents;

    public DriftMetrics(MeterRegistry registry, DriftBoard board) {
        this.board = board;
        distances = MultiGauge.builder("slicer.drift.distance.ratio")
                .description("Jensen-Shannon distance of the last documents to those before, 0 to 1")
                .register(registry);
        documents = MultiGauge.builder("slicer.drift.documents")
                .description("Documents that the distances are taken from")
                .register(registry);
    }

    void refresh() {
        distances.register(
                board.distances().stream()
                        .map(distance -> Row.of(
                                Tags.of(
                                        "measure", distance.measure(),
                                        "language", distance.language(),
                                        "model", distance.model()),
                                distance.distance()))
                        .collect(Collectors.toList()),
                true);
        documents.register(
                board.documents().stream()
                        .map(window -> Row.of(
                                Tags.of(
                                        "window", window.window(),
                                        "language", window.language(),
                                        "model", window.model()),
                                window.documents()))
                        .collect(Collectors.toList()),
                true);
    }
}
