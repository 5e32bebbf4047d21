package dev.slicer.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;

/** What a message may say to somebody who has not written the program. */
public final class UsersWords {
    private static final List<Pattern> PROGRAMMERS = List.of(
            // Classes, packages, annotations, objects without a text of their own
            Pattern.compile("\\b(java|javax|jakarta|com|org|io|ai\\.djl|dev\\.slicer|picocli|sun|jdk)\\.[a-z]\\w*"),
            Pattern.compile("\\w+Exception\\b|\\b[A-Z]\\w+Error\\b"),
            Pattern.compile("@[A-Z]\\w"),
            Pattern.compile("@[0-9a-f]{5,8}\\b"),
            Pattern.compile("\\bOptional(Int|Double)?[\\[.]"),
            Pattern.compile("\\b(?:is not an?|to) (int|long|double|boolean)\\b"),
            // Stack traces and pages of the HTTP layer
            Pattern.compile("\\bat [\\w.$/]+\\([\\w ]+(\\.java)?(:\\d+)?\\)"),
            Pattern.compile("(?i)<html|HTTP \\d{3} |RESTEASY|Error id"),
            // Libraries' settings and words
            Pattern.compile("\\w*Feature\\b|StreamRead|JsonParser|CoercionConfig|JsonToken|REDACTED|CTRL-CHAR"),
            Pattern.compile("Cannot (construct|deserialize|coerce|map)|POJO|creator property|[Rr]eference chain"),
            Pattern.compile("Unrecognized (token|field|character)|Unexpected (end-of-input|character \\()"),
            Pattern.compile("(VALUE|START|END|FIELD)_[A-Z]+"),
            Pattern.compile("line:? -1|source-ref|\\$\\["));

    /** Names of problems, which are ours. */
    private static final Pattern OURS = Pattern.compile("urn:dev\\.slicer:[a-z-]+(:[a-z0-9-]+)?");

    private UsersWords() {}

    /** @param where what was tried, for the one who reads that it failed */
    public static void assertSpokenIn(String message, String where) {
        String others = OURS.matcher(message).replaceAll("");
        assertThat(PROGRAMMERS)
                .as("%s was answered with a programmer's words: %s", where, message)
                .noneMatch(words -> words.matcher(others).find());
    }
}
