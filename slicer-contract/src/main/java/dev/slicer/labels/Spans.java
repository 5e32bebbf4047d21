package dev.slicer.labels;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/** Entity spans of B/I/O tag sequences, under the two readings that NER scores are published in. */
public final class Spans {
    private Spans() {}

    /**
     * Strict IOB2, as seqeval's {@code mode='strict', scheme=IOB2}: {@code B-X} and the {@code I-X} that follow it
     * directly; an {@code I-} that continues nothing belongs to no entity.
     */
    public static List<Span> ofStrictIob2(List<String> tags) {
        return read(tags, false);
    }

    /** conlleval's lenient reading, seqeval's default: an {@code I-} that continues nothing opens an entity. */
    public static List<Span> ofConlleval(List<String> tags) {
        return read(tags, true);
    }

    private static List<Span> read(List<String> tags, boolean orphansOpen) {
        List<Span> spans = new ArrayList<>();
        int start = -1;
        String type = "";
        for (int i = 0; i <= tags.size(); i++) {
            String tag = i < tags.size() ? tags.get(i) : "O";
            boolean inside = tag.startsWith("I-");
            boolean entity = inside || tag.startsWith("B-");
            if (!entity && !tag.equals("O")) {
                throw new IllegalArgumentException("tag " + (i + 1) + " is no IOB2 tag");
            }
            if (start >= 0 && inside && tag.substring(2).equals(type)) {
                continue;
            }
            if (start >= 0) {
                spans.add(new Span(type, start, i));
                start = -1;
            }
            if (entity && (!inside || orphansOpen)) {
                start = i;
                type = tag.substring(2);
            }
        }
        return List.copyOf(spans);
    }

    /**
     * IOB2 tags of spans.
     *
     * @param length number of words
     * @throws IllegalArgumentException where spans overlap or reach past the last word
     */
    public static List<String> toIob2(List<Span> spans, int length) {
        List<String> tags = new ArrayList<>(length);
        for (Span span :
                spans.stream().sorted(Comparator.comparingInt(Span::start)).toList()) {
            if (span.start() < tags.size() || span.end() > length) {
                throw new IllegalArgumentException(
                        span + " overlaps another span or ends after word " + length + ", the last");
            }
            fillOutside(tags, span.start());
            tags.add("B-" + span.type());
            while (tags.size() < span.end()) {
                tags.add("I-" + span.type());
            }
        }
        fillOutside(tags, length);
        return List.copyOf(tags);
    }

    /**
     * The same entities without words at their borders that say nothing; one of such words alone is none. Inside of an entity
     * they stay.
     *
     * @param tags IOB2; an {@code I-} that continues nothing stays one
     * @param silent whether the word of an index says nothing
     */
    public static List<String> withoutSilentBorders(List<String> tags, IntPredicate silent) {
        List<String> trimmed = new ArrayList<>(tags);
        for (Span span : ofConlleval(tags)) {
            int start = span.start();
            int end = span.end();
            while (start < end && silent.test(start)) {
                trimmed.set(start++, "O");
            }
            while (end > start && silent.test(end - 1)) {
                trimmed.set(--end, "O");
            }
            if (start < end) {
                trimmed.set(start, tags.get(span.start()));
            }
        }
        return List.copyOf(trimmed);
    }

    private static void fillOutside(List<String> tags, int length) {
        while (tags.size() < length) {
            tags.add("O");
        }
    }
}
