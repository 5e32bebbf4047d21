package dev.slicer.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.tagging.TaggingOptions.Decoder;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Options as senders write them. One that is misspelt is refused, never ignored. */
final class RequestOptions {
    private static final List<String> IN_JSON = List.of("aggregation", "decoder", "minScore", "labels");
    private static final List<String> IN_TEXT = List.of("aggregation", "decoder", "min_score", "labels");

    private RequestOptions() {}

    /**
     * @param defaults what is not among the options
     * @throws ProblemException naming the option
     */
    static TaggingOptions ofJson(JsonNode json, TaggingOptions defaults) {
        if (!(json instanceof ObjectNode fields)) {
            throw invalid("options is an object with " + String.join(", ", IN_JSON) + ", got " + json.getNodeType());
        }
        TaggingOptions read = defaults;
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            JsonNode value = field.getValue();
            read = switch (field.getKey()) {
                case "aggregation" -> aggregation(read, text("aggregation", value));
                case "decoder" -> decoder(read, text("decoder", value));
                case "minScore" -> minScore(read, "minScore", number("minScore", value));
                case "labels" -> labels(read, texts("labels", value));
                default ->
                    throw invalid(
                            "there is no option " + field.getKey() + "; options are " + String.join(", ", IN_JSON));
            };
        }
        return read;
    }

    /**
     * From names and values that are both text, as in a query; types are parted by commas.
     *
     * @throws ProblemException naming the option
     */
    static TaggingOptions ofText(Iterable<Map.Entry<String, String>> parameters) {
        TaggingOptions read = TaggingOptions.defaults();
        for (Map.Entry<String, String> parameter : parameters) {
            String value = parameter.getValue();
            read = switch (parameter.getKey()) {
                case "aggregation" -> aggregation(read, value);
                case "decoder" -> decoder(read, value);
                case "min_score" -> minScore(read, "min_score", number("min_score", value));
                case "labels" -> labels(read, split(value));
                default ->
                    throw invalid("there is no parameter " + parameter.getKey() + "; parameters are "
                            + String.join(", ", IN_TEXT));
            };
        }
        return read;
    }

    static TaggingOptions aggregation(TaggingOptions options, String value) {
        return new TaggingOptions(
                oneOf("aggregation", Aggregation.values(), value),
                options.decoder(),
                options.minScore(),
                options.types(),
                options.subTokenTags());
    }

    private static TaggingOptions decoder(TaggingOptions options, String value) {
        return new TaggingOptions(
                options.aggregation(),
                oneOf("decoder", Decoder.values(), value),
                options.minScore(),
                options.types(),
                options.subTokenTags());
    }

    private static TaggingOptions minScore(TaggingOptions options, String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw invalid(name + " must be between 0 and 1, got " + value);
        }
        return new TaggingOptions(
                options.aggregation(), options.decoder(), value, options.types(), options.subTokenTags());
    }

    private static TaggingOptions labels(TaggingOptions options, Set<String> value) {
        return new TaggingOptions(
                options.aggregation(), options.decoder(), options.minScore(), value, options.subTokenTags());
    }

    private static <E extends Enum<E>> E oneOf(String name, E[] values, String value) {
        return Arrays.stream(values)
                .filter(one -> spelt(one).equals(value))
                .findFirst()
                .orElseThrow(() -> invalid(name + " must be "
                        + Arrays.stream(values).map(RequestOptions::spelt).collect(Collectors.joining(" or "))
                        + ", got \"" + value + "\""));
    }

    private static String spelt(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String text(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw invalid(name + " must be a text, got " + value);
        }
        return value.textValue();
    }

    private static double number(String name, JsonNode value) {
        if (!value.isNumber()) {
            throw invalid(name + " must be a number between 0 and 1, got " + value);
        }
        return value.doubleValue();
    }

    private static double number(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new ProblemException(
                    ProblemType.INVALID, name + " must be a number between 0 and 1, got \"" + value + "\"", e);
        }
    }

    private static Set<String> texts(String name, JsonNode value) {
        if (!value.isArray()) {
            throw invalid(name + " must be a list of entity types, got " + value);
        }
        Set<String> texts = new LinkedHashSet<>();
        value.forEach(one -> texts.add(text(name, one)));
        return texts;
    }

    private static Set<String> split(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(type -> !type.isEmpty())
                .collect(Collectors.toSet());
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID, detail);
    }
}
