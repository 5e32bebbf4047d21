package dev.slicer.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** How a sweep is written down. */
public enum SweepFormat {
    JSON {
        @Override
        JsonNode tree(byte[] text) {
            return EventJson.read(text, JsonNode.class);
        }
    },
    YAML {
        @Override
        JsonNode tree(byte[] text) {
            String yaml = utf8(text);
            try {
                return withNumbers(MAPPER.readTree(yaml));
            } catch (JsonProcessingException e) {
                throw notYaml(e);
            }
        }
    };

    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    /** A text to YAML, because it has no point: {@code 2e-5}. */
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+");

    private static final List<String> FIELDS = List.of(
            "name",
            "baseModel",
            "sources",
            "h",
            "classifier",
            "learningRate",
            "seeds",
            "hyperparameters",
            "labelMap",
            "types",
            "snapshots",
            "averageLast",
            "averageRuns",
            "benchmark",
            "attentionOn",
            "tagColumn");

    abstract JsonNode tree(byte[] text);

    /**
     * @param text in UTF-8
     * @throws InvalidEventException naming the field or the line, and what is wrong with it
     */
    public Sweep read(byte[] text) {
        try {
            JsonNode tree = tree(text);
            if (!tree.isObject()) {
                throw new InvalidEventException(Reason.WRONG_TYPE, "a sweep is an object with the fields " + FIELDS);
            }
            tree.fieldNames().forEachRemaining(field -> {
                // A misspelt axis would make another grid.
                if (!FIELDS.contains(field)) {
                    throw new InvalidEventException(
                            Reason.INVALID_VALUE, "there is no field \"" + field + "\"; there are " + FIELDS);
                }
            });
            return Json.mapper().treeToValue(tree, Sweep.class);
        } catch (JsonProcessingException e) {
            throw EventJson.invalid(e);
        }
    }

    /** What the reader of YAML says is about YAML; where it tells nothing, what there is to say of JSON holds. */
    private static InvalidEventException notYaml(JsonProcessingException e) {
        if (e.getCause() instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null) {
            return new InvalidEventException(
                    Reason.NOT_JSON,
                    "not YAML: " + yaml.getProblem() + " (line "
                            + (yaml.getProblemMark().getLine() + 1) + ", column "
                            + (yaml.getProblemMark().getColumn() + 1) + ")",
                    e);
        }
        JsonProblem problem = JsonProblem.of(e);
        return problem.kind() == JsonProblem.Kind.SYNTAX
                ? new InvalidEventException(Reason.NOT_JSON, "not YAML: " + problem.message(), e)
                : EventJson.invalid(e);
    }

    private static String utf8(byte[] text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidEventException(Reason.NOT_JSON, "not YAML: not UTF-8 throughout", e);
        }
    }

    private static JsonNode withNumbers(JsonNode sweep) {
        if (sweep instanceof ObjectNode fields) {
            if (fields.get("learningRate") instanceof ArrayNode rates) {
                for (int i = 0; i < rates.size(); i++) {
                    rates.set(i, number(rates.get(i)));
                }
            }
            if (fields.get("hyperparameters") instanceof ObjectNode common) {
                for (Map.Entry<String, JsonNode> field : List.copyOf(common.properties())) {
                    common.set(field.getKey(), number(field.getValue()));
                }
            }
        }
        return sweep;
    }

    private static JsonNode number(JsonNode value) {
        return value.isTextual() && NUMBER.matcher(value.textValue()).matches()
                ? DoubleNode.valueOf(Double.parseDouble(value.textValue()))
                : value;
    }
}
