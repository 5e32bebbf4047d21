package dev.slicer.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.service.ProblemException;
import dev.slicer.service.ProblemType;
import dev.slicer.text.Excerpt;
import java.util.List;

/** Objects as senders write them. A field that nobody reads would be an option that is ignored, so it is refused. */
public final class JsonFields {
    private JsonFields() {}

    /**
     * @param what the object is to the sender
     * @param known all fields that it may have
     * @throws ProblemException where it is none, or has another field
     */
    public static ObjectNode of(String what, JsonNode json, List<String> known) {
        if (!(json instanceof ObjectNode object)) {
            throw invalid(what + " must be an object with " + String.join(", ", known) + ", got " + got(json));
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw invalid(what + " has no field " + name + "; fields are " + String.join(", ", known));
            }
        });
        return object;
    }

    /** What libraries of clients leave empty, they write as null. */
    public static JsonNode orMissing(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    /** A value in a message about it. */
    public static String got(JsonNode value) {
        if (value.isArray()) {
            return value.isEmpty() ? "an empty list" : "a list";
        }
        if (value.isObject()) {
            return "an object";
        }
        return value.isTextual() ? '"' + Excerpt.of(value.textValue()) + '"' : value.toString();
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID, detail);
    }
}
