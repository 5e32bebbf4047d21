package dev.slicer.decoding;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.text.CodePoints;
import dev.slicer.text.Entity;
import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.List;

/** Puts entities together from labelled words. */
public final class Entities {
    private Entities() {}

    /**
     * The entities of a text in its order; each one's text is the slice from its first word's start to its last word's
     * end, its score the mean probability of its words' labels.
     *
     * @param words in order, not overlapping, inside of the text
     */
    public static List<Entity> of(String text, List<Word> words, Labelling labelling) {
        if (words.size() != labelling.tags().size()) {
            throw new IllegalArgumentException(
                    words.size() + " words but " + labelling.tags().size() + " tags");
        }
        CodePoints codePoints = new CodePoints(text);
        List<Entity> entities = new ArrayList<>();
        for (Span span : Spans.ofStrictIob2(labelling.tags())) {
            int start = words.get(span.start()).start();
            int end = words.get(span.end() - 1).end();
            entities.add(new Entity(
                    span.type(),
                    text.substring(start, end),
                    start,
                    end,
                    codePoints.at(start),
                    codePoints.at(end),
                    labelling.score(span)));
        }
        return List.copyOf(entities);
    }
}
