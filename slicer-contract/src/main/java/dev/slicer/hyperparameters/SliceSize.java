package dev.slicer.hyperparameters;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;

/**
 * A slice size as people write it: a number, or {@code standard} for standard fine-tuning.
 *
 * @param h empty for standard fine-tuning
 */
public record SliceSize(OptionalInt h) {
    private static final String STANDARD = "standard";

    /** @throws IllegalArgumentException where the text is neither */
    public static SliceSize parse(String text) {
        if (text.equals(STANDARD)) {
            return new SliceSize(OptionalInt.empty());
        }
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("h must be a number of at least 1, or standard, got " + text);
        }
        return new SliceSize(OptionalInt.of(Integer.parseInt(text)));
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static SliceSize of(JsonNode json) {
        return parse(json.isTextual() && json.textValue().equals(STANDARD) ? STANDARD : json.toString());
    }

    @JsonValue
    Object json() {
        return h.isPresent() ? (Object) h.getAsInt() : STANDARD;
    }

    /** As names of jobs have it. */
    public String id() {
        return h.isPresent() ? "h" + h.getAsInt() : STANDARD;
    }
}
