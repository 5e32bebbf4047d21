package dev.slicer.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.SliceSize;
import dev.slicer.json.Json;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the hyperparameters that are given over the defaults. A misspelt one is refused: the run would be another. Whoever
 * gives epochs and no steps wants epochs, and whoever gives a rank of adapters wants the word embeddings as they are.
 * Earlier versions wrote all hyperparameters but an h that was standard, so that is what all others without h mean.
 */
class HyperparametersDeserializer extends StdDeserializer<Hyperparameters> {
    private static final List<String> NAMES = Arrays.stream(Hyperparameters.class.getRecordComponents())
            .map(RecordComponent::getName)
            .toList();
    /** Names of modes by the hyperparameter that has them. */
    private static final Map<String, Set<String>> MODES = Arrays.stream(Hyperparameters.class.getRecordComponents())
            .filter(component -> component.getType().isEnum())
            .collect(Collectors.toMap(
                    RecordComponent::getName,
                    component -> Arrays.stream(component.getType().getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.toSet())));

    private static final String H = "h";
    private static final String EPOCHS = "epochs";
    private static final String MAX_STEPS = "maxSteps";
    private static final String WORD_UPDATES = "wordUpdates";
    private static final String LORA_RANK = "loraRank";
    /** What a run may be without. */
    private static final List<String> OPTIONAL = List.of(H, MAX_STEPS, LORA_RANK);

    HyperparametersDeserializer() {
        super(Hyperparameters.class);
    }

    /** What the runs of a grid have in common. */
    static final class OfGrid extends HyperparametersDeserializer {
        private static final List<String> AXES = List.of("h", "classifier", "learningRate", "seed");

        @Override
        boolean isElsewhere(String name) {
            return AXES.contains(name);
        }
    }

    boolean isElsewhere(String name) {
        return false;
    }

    @Override
    public Hyperparameters deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonNode given = context.readTree(parser);
        if (!given.isObject()) {
            throw refusal(parser, context, "hyperparameters must be a JSON object");
        }
        ObjectNode merged = Json.mapper().valueToTree(Hyperparameters.defaults());
        if (given.has(EPOCHS) && !given.has(MAX_STEPS)) {
            merged.remove(MAX_STEPS);
        }
        if (given.hasNonNull(LORA_RANK)) {
            merged.put(WORD_UPDATES, WordUpdates.FROZEN.name());
        }
        if (!given.has(H) && NAMES.stream().allMatch(name -> given.has(name) || OPTIONAL.contains(name))) {
            merged.remove(H);
        }
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            if (!NAMES.contains(field.getKey())) {
                throw refusal(
                        parser, context, "there is no hyperparameter \"" + field.getKey() + "\"; there are " + NAMES);
            }
            if (isElsewhere(field.getKey())) {
                throw refusal(
                        parser,
                        context,
                        field.getKey() + " is an axis of the grid, beside hyperparameters and not in it");
            }
            merged.set(
                    field.getKey(),
                    field.getKey().equals(H)
                            ? sliceSize(field.getValue())
                            : modeInAnyCase(field.getKey(), field.getValue()));
        }
        return Json.mapper().treeToValue(merged, Hyperparameters.class);
    }

    /** A number, or null for standard fine-tuning. */
    private static JsonNode sliceSize(JsonNode given) throws IOException {
        if (given.isNull()) {
            return given;
        }
        OptionalInt h = Json.mapper().treeToValue(given, SliceSize.class).h();
        return h.isPresent() ? IntNode.valueOf(h.getAsInt()) : NullNode.getInstance();
    }

    /** People write the names of modes small. */
    private static JsonNode modeInAnyCase(String name, JsonNode given) {
        String upper = given.asText().toUpperCase(Locale.ROOT);
        return MODES.getOrDefault(name, Set.of()).contains(upper) ? TextNode.valueOf(upper) : given;
    }

    private ValueInstantiationException refusal(JsonParser parser, DeserializationContext context, String message) {
        return ValueInstantiationException.from(
                parser, message, context.constructType(_valueClass), new IllegalArgumentException(message));
    }
}
