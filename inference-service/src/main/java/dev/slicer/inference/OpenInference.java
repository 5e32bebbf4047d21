package dev.slicer.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Messages of the Open Inference Protocol (the REST protocol of KServe and Triton, version 2). */
final class OpenInference {
    static final String INPUT = "text";
    static final String OUTPUT = "entities";
    private static final String BYTES = "BYTES";
    private static final long ANY = -1;

    private OpenInference() {}

    @Schema(
            name = "OpenInferenceServer",
            requiredProperties = {"name", "version", "extensions"})
    record Server(String name, String version, List<String> extensions) {}

    @Schema(name = "OpenInferenceLive", requiredProperties = "live")
    record Live(boolean live) {}

    @Schema(name = "OpenInferenceReady", requiredProperties = "ready")
    record Ready(boolean ready) {}

    @Schema(
            name = "OpenInferenceModelReady",
            requiredProperties = {"name", "ready"})
    record ModelReady(String name, boolean ready) {}

    @Schema(
            name = "OpenInferenceTensor",
            requiredProperties = {"name", "datatype", "shape"})
    record Tensor(String name, String datatype, List<Long> shape) {
        private static Tensor ofAnyLength(String name) {
            return new Tensor(name, BYTES, List.of(ANY));
        }
    }

    /** @param versions ids of checkpoints; the one that serves */
    @Schema(
            name = "OpenInferenceModel",
            requiredProperties = {"name", "versions", "platform", "inputs", "outputs"})
    record Model(String name, List<String> versions, String platform, List<Tensor> inputs, List<Tensor> outputs) {
        static Model of(String name, LoadedModel model) {
            return new Model(
                    name,
                    List.of(model.modelId()),
                    "slicer",
                    List.of(Tensor.ofAnyLength(INPUT)),
                    List.of(Tensor.ofAnyLength(OUTPUT)));
        }
    }

    /** @param data a JSON list of entities for each text */
    @Schema(
            name = "OpenInferenceOutput",
            requiredProperties = {"name", "datatype", "shape", "data"})
    record Output(String name, String datatype, List<Long> shape, List<String> data) {
        static Output of(List<Long> shape, List<String> data) {
            return new Output(OUTPUT, BYTES, shape, data);
        }
    }

    @Schema(
            name = "OpenInferenceAnswer",
            requiredProperties = {"model_name", "model_version", "outputs"})
    record Answer(
            @JsonProperty("model_name") String modelName,
            @JsonProperty("model_version") String modelVersion,
            Optional<String> id,
            List<Output> outputs) {}

    /** @param shape of the input, which is the output's */
    record Request(Optional<String> id, List<Long> shape, List<Document> documents, TaggingOptions options) {

        /** @throws ProblemException saying what is wrong */
        static Request read(byte[] body, InferenceConfig limits) {
            JsonNode json = TagRequest.json(body, "the body", "{\"inputs\": [...]}");
            JsonNode inputs = json.path("inputs");
            if (inputs.size() != 1 || !INPUT.equals(inputs.path(0).path("name").asText())) {
                throw invalid("inputs must be one tensor, named " + INPUT);
            }
            JsonNode input = inputs.get(0);
            if (!BYTES.equals(input.path("datatype").asText())) {
                throw invalid("input " + INPUT + " must have the datatype " + BYTES);
            }
            for (JsonNode output : json.path("outputs")) {
                if (!OUTPUT.equals(output.path("name").asText())) {
                    throw invalid("there is no output " + output.path("name") + "; " + OUTPUT + " is");
                }
            }
            List<String> texts = new ArrayList<>();
            if (!input.path("data").isArray()) {
                throw invalid("input " + INPUT + " must have its data as a list of texts");
            }
            flatten(input.get("data"), texts);
            List<Long> shape = shape(input.path("shape"), texts.size());
            TagRequest.checkNumber(texts.size(), limits);
            List<Document> documents = new ArrayList<>(texts.size());
            for (String text : texts) {
                documents.add(TagRequest.document(Integer.toString(documents.size()), text, limits));
            }
            return new Request(
                    Optional.ofNullable(json.get("id")).map(JsonNode::asText),
                    shape,
                    List.copyOf(documents),
                    RequestOptions.ofText(parameters(json.path("parameters"))));
        }

        /** Data may be nested as the shape is, or flat. */
        private static void flatten(JsonNode data, List<String> texts) {
            for (JsonNode item : data) {
                if (item.isArray()) {
                    flatten(item, texts);
                } else if (item.isTextual()) {
                    texts.add(item.textValue());
                } else {
                    throw invalid("input " + INPUT + " must have texts as its data, got " + item);
                }
            }
        }

        private static List<Long> shape(JsonNode json, int texts) {
            List<Long> shape = new ArrayList<>();
            long size = 1;
            for (JsonNode length : json) {
                shape.add(length.asLong());
                size *= length.asLong();
            }
            if (shape.isEmpty() || size != texts || texts == 0) {
                throw invalid("input " + INPUT + " has " + texts + " texts, which is not its shape " + json);
            }
            return shape;
        }

        private static List<Map.Entry<String, String>> parameters(JsonNode json) {
            return json.properties().stream()
                    .map(parameter ->
                            Map.entry(parameter.getKey(), parameter.getValue().asText()))
                    .toList();
        }

        private static ProblemException invalid(String detail) {
            return new ProblemException(ProblemType.INVALID, detail);
        }
    }
}
