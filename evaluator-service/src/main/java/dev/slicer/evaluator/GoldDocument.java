package dev.slicer.evaluator;

import dev.slicer.events.LabelledDocument;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A labelled document that can be scored against.
 *
 * @param documentId the id under which it is published to be tagged
 * @param tags valid IOB2, one per word
 */
record GoldDocument(String documentId, String benchmark, String language, List<String> words, List<String> tags) {
    /**
     * Marks what the evaluator publishes, so that it need not keep the entities of everybody's documents until it knows
     * that no gold belongs to them.
     */
    static final String ID_PREFIX = "evaluation/";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}");
    private static final int LONGEST_ID = 512;

    GoldDocument {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
    }

    /** @throws RejectedDocument with the first thing that is wrong */
    static GoldDocument of(LabelledDocument labelled) {
        String id = present("id", labelled.id());
        if (id.length() > LONGEST_ID) {
            throw new RejectedDocument(
                    Rejection.BAD_FIELD, "id has " + id.length() + " characters, at most " + LONGEST_ID + " are taken");
        }
        String benchmark = matching("benchmark", present("benchmark", labelled.benchmark()), NAME);
        String language = matching("language", present("language", labelled.language()), LANGUAGE);
        List<String> words = labelled.words();
        List<String> tags = labelled.tags();
        if (words == null || words.isEmpty()) {
            throw new RejectedDocument(Rejection.BAD_FIELD, "words is missing or empty");
        }
        if (tags == null || tags.size() != words.size()) {
            throw new RejectedDocument(
                    Rejection.WORDS_AND_TAGS_DIFFER,
                    words.size() + " words but " + (tags == null ? "no" : tags.size()) + " tags");
        }
        String before = "O";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word == null || word.isBlank()) {
                throw new RejectedDocument(Rejection.BAD_FIELD, "word " + i + " is empty");
            }
            before = checkedTag(tags.get(i), before, i);
        }
        return new GoldDocument(ID_PREFIX + benchmark + "/" + language + "/" + id, benchmark, language, words, tags);
    }

    private static String checkedTag(String tag, String before, int index) {
        boolean known = tag != null && (tag.equals("O") || ((tag.startsWith("B-") || tag.startsWith("I-")) && tag.length() > 2));
        if (!known) {
            throw new RejectedDocument(Rejection.TAG_OUTSIDE_IOB2, "tag " + index + " is '" + tag + "'");
        }
        if (tag.startsWith("I-") && (before.equals("O") || !before.substring(2).equals(tag.substring(2)))) {
            throw new RejectedDocument(
                    Rejection.TAG_OUTSIDE_IOB2,
                    "tag " + index + " is '" + tag + "' after '" + before + "', an entity begins with 'B-'");
        }
        return tag;
    }

    private static String present(String field, String value) {
        return Optional.ofNullable(value)
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> new RejectedDocument(Rejection.BAD_FIELD, field + " is missing"));
    }

    private static String matching(String field, String value, Pattern pattern) {
        if (!pattern.matcher(value).matches()) {
            throw new RejectedDocument(
                    Rejection.BAD_FIELD, field + " '" + value + "' does not match " + pattern.pattern());
        }
        return value;
    }
}
