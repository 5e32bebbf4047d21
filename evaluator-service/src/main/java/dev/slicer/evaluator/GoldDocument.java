package dev.slicer.evaluator;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.InvalidEventException.Reason;
import dev.slicer.events.LabelledDocument;
import java.util.List;
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

    /** Benchmarks become metric labels and parts of ids. */
    private static final Pattern BENCHMARK = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private static final int LONGEST_ID = 512;
    private static final String OUTSIDE = "O";

    GoldDocument {
        words = List.copyOf(words);
        tags = List.copyOf(tags);
    }

    /** @throws InvalidEventException naming the first thing that is wrong */
    static GoldDocument of(LabelledDocument labelled) {
        if (labelled.id().length() > LONGEST_ID) {
            throw invalid("id has " + labelled.id().length() + " characters, at most " + LONGEST_ID + " are taken");
        }
        if (!BENCHMARK.matcher(labelled.benchmark()).matches()) {
            throw invalid("benchmark must match " + BENCHMARK + ", got \"" + labelled.benchmark() + "\"");
        }
        String before = OUTSIDE;
        for (int i = 0; i < labelled.tags().size(); i++) {
            checkTag(labelled.tags().get(i), before, i);
            before = labelled.tags().get(i);
        }
        String id = ID_PREFIX + labelled.benchmark() + "/" + labelled.language() + "/" + labelled.id();
        return new GoldDocument(id, labelled.benchmark(), labelled.language(), labelled.words(), labelled.tags());
    }

    static boolean isTag(String tag) {
        return tag.equals(OUTSIDE) || ((tag.startsWith("B-") || tag.startsWith("I-")) && tag.length() > 2);
    }

    private static void checkTag(String tag, String before, int index) {
        if (!isTag(tag)) {
            throw invalid("tags[" + index + "] must be O, B-TYPE or I-TYPE, got \"" + tag + "\"");
        }
        if (tag.startsWith("I-")
                && (before.equals(OUTSIDE) || !before.substring(2).equals(tag.substring(2)))) {
            throw invalid("tags[" + index + "] is \"" + tag + "\" after \"" + before
                    + "\", but in IOB2 an entity begins with B-");
        }
    }

    private static InvalidEventException invalid(String message) {
        return new InvalidEventException(Reason.INVALID_VALUE, message);
    }
}
