package dev.slicer.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.json.Json;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.text.Document;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code POST /v1/tag} is asked: a document, or a list of them under {@code documents}. Documents are as on the
 * documents topic, but may go without an id and then have their place in the list, from 0.
 */
record TagRequest(List<Document> documents, boolean single) {

    /** @throws ProblemException saying what is wrong with which document */
    static TagRequest read(byte[] body, InferenceConfig limits) {
        if (isBlank(body)) {
            throw new ProblemException(ProblemType.NOT_JSON, "the body is empty; send {\"text\": \"...\"}");
        }
        JsonNode json = EventJson.read(body, JsonNode.class);
        if (json.isNull()) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "the body is null; send {\"text\": \"...\"}");
        }
        if (!json.has("documents")) {
            return new TagRequest(List.of(document(json, 0, "", limits)), true);
        }
        JsonNode list = json.get("documents");
        if (json.has("text") || !list.isArray() || list.isEmpty()) {
            throw new ProblemException(
                    ProblemType.INVALID, "send one text as \"text\" or a list that is not empty as \"documents\"");
        }
        if (list.size() > limits.maxDocuments()) {
            throw new ProblemException(
                    ProblemType.TOO_LARGE,
                    list.size() + " documents were sent, at most " + limits.maxDocuments() + " are accepted");
        }
        List<Document> documents = new ArrayList<>(list.size());
        for (JsonNode item : list) {
            documents.add(document(item, documents.size(), "documents[" + documents.size() + "]: ", limits));
        }
        return new TagRequest(List.copyOf(documents), false);
    }

    private static boolean isBlank(byte[] body) {
        for (byte unit : body) {
            if (" \t\r\n".indexOf(unit) < 0) {
                return false;
            }
        }
        return true;
    }

    private static Document document(JsonNode json, int place, String where, InferenceConfig limits) {
        if (!(json instanceof ObjectNode object)) {
            throw new ProblemException(
                    ProblemType.INVALID, where + "a document is an object with \"text\", got " + json.getNodeType());
        }
        DocumentEvent event;
        try {
            ObjectNode complete = object.has("id") ? object : object.deepCopy().put("id", Integer.toString(place));
            event = Json.mapper().treeToValue(complete, DocumentEvent.class);
        } catch (JsonProcessingException e) {
            InvalidEventException invalid = EventJson.invalid(e);
            throw new ProblemException(ProblemType.INVALID, where + invalid.getMessage(), invalid);
        }
        if (event.text().length() > limits.maxTextLength()) {
            throw new ProblemException(
                    ProblemType.TOO_LARGE,
                    where + "text has " + event.text().length() + " UTF-16 units, at most " + limits.maxTextLength()
                            + " are accepted");
        }
        return event.toDocument();
    }
}
