package dev.slicer.events;

import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import java.util.Locale;

/** Whether a run trained its word embeddings or left them as they are in the base model. */
public enum Words {
    TRAINED,
    FROZEN;

    public static Words of(WordUpdates updates) {
        return updates == WordUpdates.FROZEN ? FROZEN : TRAINED;
    }

    /** As score lines have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Words parse(String text) {
        return switch (text) {
            case "trained" -> TRAINED;
            case "frozen" -> FROZEN;
            default -> throw new IllegalArgumentException("words must be trained or frozen, got '" + text + "'");
        };
    }
}
