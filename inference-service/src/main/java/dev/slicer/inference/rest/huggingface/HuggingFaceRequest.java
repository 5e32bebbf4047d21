package dev.slicer.inference.rest.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.rest.JsonFields;
import dev.slicer.inference.rest.RequestDocuments;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What HuggingFace's clients send: {@code inputs}, one text or a list, and {@code parameters} of the pipeline. */
record HuggingFaceRequest(List<Document> documents, boolean single, TaggingOptions options, Set<String> ignoredLabels) {

    private static final List<String> FIELDS = List.of("inputs", "parameters", "options");
    private static final List<String> PARAMETERS = List.of("aggregation_strategy", "ignore_labels", "stride");
    /** Of the hosted service: whether it may answer from its memory, and whether to wait while it loads the model. */
    private static final List<String> OPTIONS = List.of("use_cache", "wait_for_model");

    /** @throws ProblemException saying what is wrong */
    static HuggingFaceRequest read(byte[] body, InferenceConfig limits) {
        JsonNode json =
                JsonFields.of("the body", RequestDocuments.json(body, "the body", "{\"inputs\": \"...\"}"), FIELDS);
        JsonNode inputs = json.path("inputs");
        boolean single = inputs.isTextual();
        if (!single && (!inputs.isArray() || inputs.isEmpty())) {
            throw invalid("inputs must be a text or a list of texts that is not empty");
        }
        List<Document> documents =
                single ? List.of(RequestDocuments.ofText("0", inputs.textValue(), limits)) : documents(inputs, limits);
        TaggingOptions options = TaggingOptions.defaults();
        Set<String> ignored = Set.of();
        JsonNode parameters = JsonFields.orMissing(json, "parameters");
        if (!parameters.isMissingNode() && !parameters.isObject()) {
            throw invalid("parameters must be an object with " + String.join(", ", PARAMETERS) + ", got "
                    + JsonFields.got(parameters));
        }
        for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
            JsonNode value = parameter.getValue();
            switch (parameter.getKey()) {
                case "aggregation_strategy" -> options = strategy(options, value);
                case "ignore_labels" -> ignored = labels(value);
                // Long texts are read in overlapping windows in any case.
                case "stride" -> requireStride(value);
                default ->
                    throw invalid("there is no parameter " + parameter.getKey() + "; parameters are "
                            + String.join(", ", PARAMETERS));
            }
        }
        checkOptions(JsonFields.orMissing(json, "options"));
        return new HuggingFaceRequest(documents, single, options, ignored);
    }

    private static void requireStride(JsonNode value) {
        if (!value.isIntegralNumber() || value.doubleValue() < 0) {
            throw invalid("stride must be a number of sub-tokens, got " + JsonFields.got(value));
        }
    }

    /** They change nothing here: nothing is remembered, and a model that is not loaded yet is told by 503. */
    private static void checkOptions(JsonNode options) {
        if (options.isMissingNode()) {
            return;
        }
        JsonFields.of("options", options, OPTIONS).properties().forEach(option -> {
            if (!option.getValue().isBoolean()) {
                throw invalid(option.getKey() + " must be true or false, got " + JsonFields.got(option.getValue()));
            }
        });
    }

    private static List<Document> documents(JsonNode inputs, InferenceConfig limits) {
        RequestDocuments.checkNumber(inputs.size(), limits);
        List<Document> documents = new ArrayList<>();
        for (JsonNode input : inputs) {
            if (!input.isTextual()) {
                throw invalid("inputs[" + documents.size() + "] must be a text, got " + JsonFields.got(input));
            }
            documents.add(RequestDocuments.ofText(Integer.toString(documents.size()), input.textValue(), limits));
        }
        return List.copyOf(documents);
    }

    private static TaggingOptions strategy(TaggingOptions options, JsonNode value) {
        return switch (value.asText()) {
            case "first", "average", "max" -> RequestOptions.aggregation(options, value.textValue());
            case "simple" -> RequestOptions.aggregation(options, "first");
            case "none" ->
                throw invalid("aggregation_strategy none is not offered: the answer has entities, not sub-tokens; take "
                        + "simple, first, average or max");
            default -> throw invalid("aggregation_strategy must be simple, first, average or max");
        };
    }

    private static Set<String> labels(JsonNode value) {
        if (!value.isArray()) {
            throw invalid("ignore_labels must be a list of labels, got " + JsonFields.got(value));
        }
        Set<String> labels = new HashSet<>();
        for (JsonNode label : value) {
            if (!label.isTextual()) {
                throw invalid("ignore_labels must be a list of labels, got one with " + JsonFields.got(label));
            }
            labels.add(label.textValue());
        }
        return labels;
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID, detail);
    }
}
