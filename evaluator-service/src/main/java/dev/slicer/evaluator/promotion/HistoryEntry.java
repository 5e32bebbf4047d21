package dev.slicer.evaluator.promotion;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.TrainingStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * A step in a checkpoint's history.
 *
 * @param what as {@code training_running}, {@code announced}, {@code trial_begun}, {@code promoted}, {@code served},
 *     {@code load_failed}
 * @param by who took it, where that is known
 * @param why in words
 */
record HistoryEntry(Instant at, String what, Optional<String> by, Optional<String> why) {
    static HistoryEntry of(CheckpointEvent event) {
        return new HistoryEntry(event.at(), label(event.kind()), Optional.of(event.by()), event.reason());
    }

    static HistoryEntry of(CheckpointTelemetry telemetry) {
        return new HistoryEntry(
                telemetry.at(), label(telemetry.kind()), Optional.of(telemetry.instance()), telemetry.reason());
    }

    static String label(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static HistoryEntry of(CheckpointPublished published) {
        return new HistoryEntry(published.publishedAt(), "announced", Optional.empty(), Optional.empty());
    }

    /** @param timestamp of the record, in milliseconds of Unix time */
    static HistoryEntry of(TrainingStatus status, long timestamp) {
        return new HistoryEntry(
                Instant.ofEpochMilli(timestamp),
                "training_" + status.state().name().toLowerCase(Locale.ROOT),
                status.trainer(),
                Optional.of(status.message()).filter(message -> !message.isBlank()));
    }
}
