package dev.slicer.json;

import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.slicer.json.JsonProblem.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes that are no JSON. The library's message is looked through for what it found; the words are our own, and of what was
 * sent they have no more than a character of JSON's own.
 */
final class JsonSyntax {
    static final String NOT_UTF_8 = "it is not UTF-8";

    private static final Pattern CHARACTER =
            Pattern.compile("Unexpected (?:character \\(|close marker )'(.{1,2}?)'(.*)", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("(?:Unrecognized|Non-standard) token '");
    private static final Pattern CONTROL = Pattern.compile("\\(CTRL-CHAR, code (\\d+)\\)");
    private static final Pattern ESCAPE =
            Pattern.compile("Unrecognized character escape (?:'(.)'|\\(CTRL-CHAR)", Pattern.DOTALL);
    private static final String MARKS = "{}[],:'";

    private JsonSyntax() {}

    static JsonProblem problem(StreamReadException e, String position) {
        String found = e.getOriginalMessage();
        if (found.startsWith("Duplicate field ")) {
            return new JsonProblem(Kind.VALUE, "a name is there twice" + position);
        }
        return new JsonProblem(
                Kind.SYNTAX, (e instanceof JsonEOFException ? "it ends too early" : words(found)) + position);
    }

    private static String words(String found) {
        if (found.startsWith("Invalid UTF-") || found.contains("surrogate")) {
            return NOT_UTF_8;
        }
        Matcher escape = ESCAPE.matcher(found);
        if (escape.find()) {
            return escape.group(1) == null
                    ? "a backslash stands before a control character"
                    : "a backslash stands before a character that needs none";
        }
        Matcher control = CONTROL.matcher(found);
        if (control.find()) {
            return found.startsWith("Illegal unquoted")
                    ? "a control character (code " + control.group(1) + ") in a text must be escaped"
                    : "a control character (code " + control.group(1) + ") is between the values";
        }
        if (TOKEN.matcher(found).find()) {
            return "a word is neither in quotes nor a number, true, false or null";
        }
        Matcher character = CHARACTER.matcher(found);
        if (character.find()) {
            return "unexpected " + named(character.group(1)) + expected(character.group(2));
        }
        return found.contains("umeric value") ? "a number is not written as JSON has them" : "the syntax is wrong";
    }

    private static String named(String character) {
        if (character.equals("\"")) {
            return "quotation mark";
        }
        return MARKS.contains(character) ? '"' + character + '"' : "character";
    }

    private static String expected(String remedy) {
        if (remedy.contains("comma")) {
            return ", a comma is missing before it";
        }
        if (remedy.contains("colon")) {
            return ", a colon is missing before it";
        }
        if (remedy.contains("double-quote")) {
            return " where a name in double quotes must be";
        }
        return remedy.contains("hex-digit") ? " where a hexadecimal digit must be" : "";
    }
}
