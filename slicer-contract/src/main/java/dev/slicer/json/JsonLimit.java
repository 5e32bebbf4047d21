package dev.slicer.json;

import dev.slicer.json.JsonProblem.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JSON that is beyond what is read of it. */
final class JsonLimit {
    private static final Pattern EXCEEDED = Pattern.compile("^(\\w+).*maximum allowed \\((\\d+)", Pattern.DOTALL);

    private JsonLimit() {}

    /** @param message as the library has it: what it counts comes first, and its limit is in brackets */
    static JsonProblem problem(String message, String position) {
        Matcher exceeded = EXCEEDED.matcher(message);
        if (!exceeded.find()) {
            return new JsonProblem(Kind.LIMIT, "it is larger than is read" + position);
        }
        String limit = exceeded.group(2);
        return switch (exceeded.group(1)) {
            case "Token" ->
                new JsonProblem(Kind.SIZE, "there are more than " + limit + " values, names and brackets" + position);
            case "String" -> new JsonProblem(Kind.SIZE, "a text has more than " + limit + " UTF-16 units" + position);
            case "Name" -> new JsonProblem(Kind.LIMIT, "a name has more than " + limit + " characters" + position);
            case "Number" -> new JsonProblem(Kind.LIMIT, "a number has more than " + limit + " digits" + position);
            case "BigDecimal" -> new JsonProblem(Kind.LIMIT, "a number's exponent is over " + limit + position);
            case "Document" ->
                new JsonProblem(Kind.LIMIT, "arrays and objects are nested more than " + limit + " deep" + position);
            default -> new JsonProblem(Kind.LIMIT, "it is larger than is read" + position);
        };
    }
}
