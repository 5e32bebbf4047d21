package dev.slicer.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TaggingOptions.Aggregation;
import dev.slicer.tagging.TaggingOptions.Decoder;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Options as senders write them. One that is misspelt is refused, never ignored. */
public final class RequestOptions {
    private static final List<String> IN_JSON = List.of("aggregation", "decoder", "minScore", "labels");
    private static final List<String> IN_PARAMETERS = List.of("aggregation", "decoder", "min_score", "labels");

    /** As JSON writes numbers; Java would also read 1d and 0x1p3. */
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private RequestOptions() {}

    /**
     * @param defaults what is not among the options
     * @throws ProblemException naming the option
     */
    public static TaggingOptions ofJson(JsonNode json, TaggingOptions defaults) {
        if (!(json instanceof ObjectNode fields)) {
            throw invalid("options is an object with " + String.join(", ", IN_JSON) + ", got " + JsonFields.got(json));
        }
        TaggingOptions read = defaults;
        for (Map.Entry<String, JsonNode> field : fields.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            read = switch (name) {
                case "aggregation" -> aggregation(read, text(name, value));
                case "decoder" -> decoder(read, text(name, value));
                case "minScore" -> minScore(read, name, number(name, value));
                case "labels" -> labels(read, types(name, value));
                default -> throw invalid("there is no option " + name + "; options are " + String.join(", ", IN_JSON));
            };
        }
        return read;
    }

    /**
     * From parameters, of a query or in JSON. A number and a list of types may be written as texts, the types parted by
     * commas.
     *
     * @throws ProblemException naming the parameter
     */
    public static TaggingOptions ofParameters(Iterable<Map.Entry<String, JsonNode>> parameters) {
        TaggingOptions read = TaggingOptions.defaults();
        Set<String> given = new HashSet<>();
        for (Map.Entry<String, JsonNode> parameter : parameters) {
            String name = parameter.getKey();
            JsonNode value = parameter.getValue();
            read = switch (name) {
                case "aggregation" -> aggregation(read, text(name, value));
                case "decoder" -> decoder(read, text(name, value));
                case "min_score" ->
                    minScore(read, name, value.isTextual() ? numberIn(name, value.textValue()) : number(name, value));
                case "labels" ->
                    labels(read, value.isTextual() ? typesIn(name, value.textValue()) : types(name, value));
                default ->
                    throw invalid(
                            "there is no parameter " + name + "; parameters are " + String.join(", ", IN_PARAMETERS));
            };
            if (!given.add(name)) {
                throw invalid(name + " is given twice");
            }
        }
        return read;
    }

    /** @throws ProblemException naming the parameter */
    public static TaggingOptions ofQuery(MultiMap query) {
        List<Map.Entry<String, JsonNode>> parameters = new ArrayList<>();
        query.forEach((name, value) -> parameters.add(Map.entry(name, TextNode.valueOf(value))));
        return ofParameters(parameters);
    }

    /**
     * For requests that have all their parameters in the body.
     *
     * @throws ProblemException naming a parameter
     */
    public static void requireNone(MultiMap query) {
        if (!query.isEmpty()) {
            throw invalid("the query has the parameter "
                    + query.names().iterator().next() + "; parameters are in the body here");
        }
    }

    public static TaggingOptions aggregation(TaggingOptions options, String value) {
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
                        + Arrays.stream(values).map(RequestOptions::spelt).collect(Collectors.joining(" or "))));
    }

    private static String spelt(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String text(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw invalid(name + " must be a text, got " + JsonFields.got(value));
        }
        return value.textValue();
    }

    private static double number(String name, JsonNode value) {
        if (!value.isNumber()) {
            throw noNumber(name, JsonFields.got(value));
        }
        return value.doubleValue();
    }

    private static double numberIn(String name, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw noNumber(name, "another text");
        }
        return Double.parseDouble(text);
    }

    private static ProblemException noNumber(String name, String got) {
        return invalid(name + " must be a number between 0 and 1, got " + got);
    }

    private static Set<String> types(String name, JsonNode value) {
        if (!value.isArray()) {
            throw invalid(name + " must be a list of entity types, got " + JsonFields.got(value));
        }
        Set<String> types = new LinkedHashSet<>();
        value.forEach(one -> types.add(text(name, one)));
        return notEmpty(name, types);
    }

    private static Set<String> typesIn(String name, String text) {
        return notEmpty(
                name,
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(type -> !type.isEmpty())
                        .collect(Collectors.toSet()));
    }

    /** No types at all would be an odd way to ask for nothing, and to the engine it means all of them. */
    private static Set<String> notEmpty(String name, Set<String> types) {
        if (types.isEmpty()) {
            throw invalid(name + " is empty; leave it out to have all entity types");
        }
        return types;
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID, detail);
    }
}
