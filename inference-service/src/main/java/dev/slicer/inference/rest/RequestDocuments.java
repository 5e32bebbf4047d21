package dev.slicer.inference.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.InvalidEventException;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.json.Json;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.text.Document;

/** Documents in the bodies of requests, of whichever protocol, and the limits that hold for them. */
public final class RequestDocuments {
    private RequestDocuments() {}

    /**
     * @param what the bytes are to the sender
     * @param example of what would be right
     * @throws ProblemException where they are no JSON, or nothing
     */
    public static JsonNode json(byte[] bytes, String what, String example) {
        if (isBlank(bytes)) {
            throw new ProblemException(ProblemType.NOT_JSON, what + " is empty; send " + example);
        }
        JsonNode json;
        try {
            json = EventJson.read(bytes, JsonNode.class);
        } catch (InvalidEventException e) {
            throw ProblemException.of(e);
        }
        if (json.isNull()) {
            throw new ProblemException(ProblemType.BAD_REQUEST, what + " is null; send " + example);
        }
        return json;
    }

    /** @throws ProblemException where there are too many */
    public static void checkNumber(int documents, InferenceConfig limits) {
        if (documents > limits.maxDocuments()) {
            throw new ProblemException(
                    ProblemType.TOO_LARGE,
                    documents + " documents were sent, at most " + limits.maxDocuments() + " are accepted");
        }
    }

    /**
     * A document of a text alone.
     *
     * @throws ProblemException saying what is wrong
     */
    public static Document ofText(String id, String text, InferenceConfig limits) {
        return of(Json.mapper().createObjectNode().put("id", id).put("text", text), "", limits);
    }

    /**
     * A document as on the topic of documents.
     *
     * @param where it is in the request, in front of what is wrong with it
     * @throws ProblemException saying what is wrong
     */
    public static Document of(JsonNode json, String where, InferenceConfig limits) {
        DocumentEvent event;
        try {
            event = Json.mapper().treeToValue(json, DocumentEvent.class);
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

    private static boolean isBlank(byte[] body) {
        for (byte unit : body) {
            if (" \t\r\n".indexOf(unit) < 0) {
                return false;
            }
        }
        return true;
    }
}
