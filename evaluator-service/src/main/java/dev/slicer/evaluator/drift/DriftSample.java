package dev.slicer.evaluator.drift;

import dev.slicer.evaluator.drift.DriftBoard.WindowKey;
import java.util.Objects;

/** What some seconds' documents of a window were like. */
record DriftSample(WindowKey key, DriftWindow window) {
    DriftSample {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(window, "window");
    }
}
