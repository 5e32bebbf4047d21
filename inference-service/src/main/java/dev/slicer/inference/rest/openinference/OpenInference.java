package dev.slicer.inference.rest.openinference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.LoadedModel;
import dev.slicer.inference.rest.JsonFields;
import dev.slicer.inference.rest.RequestDocuments;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import java.util.ArrayList;
import java.util.List;
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

        private static final List<String> FIELDS = List.of("id", "inputs", "outputs", "parameters");
        private static final List<String> TENSOR = List.of("name", "datatype", "shape", "data", "parameters");
        private static final List<String> WANTED = List.of("name", "parameters");

        /** @throws ProblemException saying what is wrong */
        static Request read(byte[] body, InferenceConfig limits) {
            JsonNode json =
                    JsonFields.of("the body", RequestDocuments.json(body, "the body", "{\"inputs\": [...]}"), FIELDS);
            JsonNode inputs = json.path("inputs");
            if (!inputs.isArray()
                    || inputs.size() != 1
                    || !INPUT.equals(inputs.get(0).path("name").textValue())) {
                throw invalid("inputs must be one tensor, named " + INPUT);
            }
            JsonNode input = JsonFields.of("input " + INPUT, inputs.get(0), TENSOR);
            if (!BYTES.equals(input.path("datatype").textValue())) {
                throw invalid("input " + INPUT + " must have the datatype " + BYTES);
            }
            requireContent(
                    JsonFields.orMissing(input, "parameters"),
                    "input " + INPUT,
                    "content_type",
                    TextNode.valueOf("str"));
            checkOutputs(JsonFields.orMissing(json, "outputs"));
            if (!input.path("data").isArray()) {
                throw invalid("input " + INPUT + " must have its data as a list of texts");
            }
            List<String> texts = new ArrayList<>();
            flatten(input.get("data"), texts);
            List<Long> shape = shape(input, texts.size());
            RequestDocuments.checkNumber(texts.size(), limits);
            List<Document> documents = new ArrayList<>(texts.size());
            for (String text : texts) {
                documents.add(RequestDocuments.ofText(Integer.toString(documents.size()), text, limits));
            }
            return new Request(
                    id(JsonFields.orMissing(json, "id")),
                    shape,
                    List.copyOf(documents),
                    options(JsonFields.orMissing(json, "parameters")));
        }

        private static Optional<String> id(JsonNode id) {
            if (!id.isMissingNode() && !id.isTextual()) {
                throw invalid("id must be a text, got " + JsonFields.got(id));
            }
            return Optional.ofNullable(id.textValue());
        }

        private static void checkOutputs(JsonNode outputs) {
            if (!outputs.isMissingNode() && !outputs.isArray()) {
                throw invalid("outputs must be a list, got " + JsonFields.got(outputs));
            }
            for (JsonNode output : outputs) {
                if (!OUTPUT.equals(
                        JsonFields.of("an output", output, WANTED).path("name").textValue())) {
                    throw invalid("outputs must be named " + OUTPUT);
                }
                requireContent(
                        JsonFields.orMissing(output, "parameters"),
                        "output " + OUTPUT,
                        "binary_data",
                        BooleanNode.FALSE);
            }
        }

        /** Of a tensor's own parameters the one value that says what is so in any case. */
        private static void requireContent(JsonNode parameters, String tensor, String name, JsonNode only) {
            if (parameters.isMissingNode()) {
                return;
            }
            JsonNode value = JsonFields.of(tensor + ": parameters", parameters, List.of(name))
                    .path(name);
            if (!value.isMissingNode() && !value.equals(only)) {
                throw invalid(tensor + ": " + name + " must be " + only);
            }
        }

        /** Data may be nested as the shape is, or flat. */
        private static void flatten(JsonNode data, List<String> texts) {
            for (JsonNode item : data) {
                if (item.isArray()) {
                    flatten(item, texts);
                } else if (item.isTextual()) {
                    texts.add(item.textValue());
                } else {
                    throw invalid("input " + INPUT + " must have texts as its data, got " + JsonFields.got(item));
                }
            }
        }

        private static List<Long> shape(JsonNode input, int texts) {
            JsonNode json = input.path("shape");
            List<Long> shape = new ArrayList<>();
            for (JsonNode length : json) {
                if (!json.isArray() || !length.isIntegralNumber() || !length.canConvertToLong()) {
                    throw invalid("input " + INPUT + " must have a list of whole numbers as its shape");
                }
                shape.add(length.longValue());
            }
            if (shape.isEmpty() || texts == 0 || !holds(shape, texts) || !isFlatOrNested(input.get("data"), shape, 0)) {
                throw invalid("input " + INPUT + " has " + texts + " texts, which is not its shape");
            }
            return shape;
        }

        private static boolean holds(List<Long> shape, long texts) {
            long left = texts;
            for (long length : shape) {
                if (length < 1 || left % length != 0) {
                    return false;
                }
                left /= length;
            }
            return left == 1;
        }

        private static boolean isFlatOrNested(JsonNode data, List<Long> shape, int axis) {
            if (axis == 0 && !data.get(0).isArray()) {
                return !hasList(data);
            }
            if (axis == shape.size()) {
                return data.isTextual();
            }
            if (!data.isArray() || data.size() != shape.get(axis)) {
                return false;
            }
            for (JsonNode part : data) {
                if (!isFlatOrNested(part, shape, axis + 1)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean hasList(JsonNode data) {
            for (JsonNode item : data) {
                if (item.isArray()) {
                    return true;
                }
            }
            return false;
        }

        private static TaggingOptions options(JsonNode parameters) {
            if (!parameters.isMissingNode() && !parameters.isObject()) {
                throw invalid("parameters must be an object, got " + JsonFields.got(parameters));
            }
            return RequestOptions.ofParameters(parameters.properties());
        }

        private static ProblemException invalid(String detail) {
            return new ProblemException(ProblemType.INVALID, detail);
        }
    }
}
