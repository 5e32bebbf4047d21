package dev.slicer.inference.rest.tag;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.rest.JsonFields;
import dev.slicer.inference.rest.RequestDocuments;
import dev.slicer.inference.rest.RequestOptions;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code POST /v1/tag} is asked: a document, or a list of them under {@code documents}, and {@code options} beside.
 * Documents are as on the documents topic, but may go without an id.
 */
public record TagRequest(List<Document> documents, boolean single, TaggingOptions options) {
    private static final List<String> DOCUMENT = List.of("id", "text", "language", "words");
    private static final List<String> ONE = List.of("id", "text", "language", "words", "options");
    private static final List<String> SEVERAL = List.of("documents", "options");
    private static final String EXAMPLE = "{\"text\": \"...\"}";

    /**
     * A whole body. Documents without id have their place in the list, from 0.
     *
     * @throws ProblemException saying what is wrong with which document
     */
    static TagRequest read(byte[] body, TaggingOptions defaults, InferenceConfig limits) {
        JsonNode json = RequestDocuments.json(body, "the body", EXAMPLE);
        if (!json.has("documents")) {
            return one(json, "0", defaults, limits);
        }
        JsonNode list = json.get("documents");
        if (json.has("text") || !list.isArray() || list.isEmpty()) {
            throw new ProblemException(
                    ProblemType.INVALID, "send one text as \"text\" or a list that is not empty as \"documents\"");
        }
        JsonFields.of("the body", json, SEVERAL);
        RequestDocuments.checkNumber(list.size(), limits);
        List<Document> documents = new ArrayList<>(list.size());
        for (JsonNode item : list) {
            String where = "documents[" + documents.size() + "]: ";
            if (item.has("options")) {
                throw new ProblemException(
                        ProblemType.INVALID, where + "options are for all documents, beside \"documents\"");
            }
            documents.add(document(item, DOCUMENT, Integer.toString(documents.size()), where, limits));
        }
        return new TagRequest(List.copyOf(documents), false, options(json, defaults));
    }

    /**
     * A line of a stream: one document. Without id it has the line's number, from 1.
     *
     * @throws ProblemException saying what is wrong
     */
    public static TagRequest line(byte[] line, long number, TaggingOptions defaults, InferenceConfig limits) {
        return one(RequestDocuments.json(line, "the line", EXAMPLE), Long.toString(number), defaults, limits);
    }

    private static TagRequest one(JsonNode json, String id, TaggingOptions defaults, InferenceConfig limits) {
        return new TagRequest(List.of(document(json, ONE, id, "", limits)), true, options(json, defaults));
    }

    private static TaggingOptions options(JsonNode json, TaggingOptions defaults) {
        return json.has("options") ? RequestOptions.ofJson(json.get("options"), defaults) : defaults;
    }

    private static Document document(
            JsonNode json, List<String> fields, String id, String where, InferenceConfig limits) {
        if (!(json instanceof ObjectNode object)) {
            throw new ProblemException(
                    ProblemType.INVALID, where + "a document is an object with \"text\", got " + JsonFields.got(json));
        }
        JsonFields.of(where + "a document", object, fields);
        return RequestDocuments.of(object.has("id") ? object : object.deepCopy().put("id", id), where, limits);
    }
}
