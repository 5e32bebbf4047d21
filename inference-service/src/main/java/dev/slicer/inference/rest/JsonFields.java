package dev.slicer.inference.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import java.util.List;

/** Objects as senders write them. A field that is not known would be an option that is ignored, so it is refused. */
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

    /** What kind of value it is, in a message about it; which one it is is not repeated. */
    public static String got(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> value.isEmpty() ? "an empty list" : "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            case MISSING, BINARY, POJO -> "nothing";
        };
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(ProblemType.INVALID, detail);
    }
}
