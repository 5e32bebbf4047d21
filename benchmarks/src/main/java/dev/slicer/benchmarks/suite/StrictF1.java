package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.workload.FoundEntity;
import dev.slicer.benchmarks.workload.LabelledText;
import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.labels.WordSpans;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.SpanCounts;
import dev.slicer.text.CodePoints;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How right a subject is: its entities are brought to the words that they touch and count where type, first and last word are
 * the gold ones, strict IOB2. The same for all subjects, however they cut a text into words.
 */
final class StrictF1 {
    private StrictF1() {}

    /**
     * The mean of the languages' F1, 0 to 100.
     *
     * @param found of each text
     * @throws IllegalArgumentException where an entity is at no word of its text
     */
    static double mean(List<LabelledText> texts, List<List<FoundEntity>> found) {
        Map<String, Counts> byLanguage = new TreeMap<>();
        for (int i = 0; i < texts.size(); i++) {
            LabelledText text = texts.get(i);
            Counts counts =
                    SpanCounts.byType(Spans.ofStrictIob2(text.sentence().tags()), spans(text, found.get(i)))
                            .values()
                            .stream()
                            .reduce(Counts.NONE, Counts::plus);
            byLanguage.merge(text.language(), counts, Counts::plus);
        }
        return 100
                * byLanguage.values().stream().mapToDouble(Counts::f1).average().orElseThrow();
    }

    /** Two entities that lie in one word become the same and count once. */
    private static Set<Span> spans(LabelledText text, List<FoundEntity> found) {
        Set<Span> spans = new LinkedHashSet<>();
        for (FoundEntity entity : found) {
            int start = CodePoints.toUtf16(text.text(), entity.start());
            int end = CodePoints.toUtf16(text.text(), entity.end());
            spans.add(WordSpans.covering(text.words(), entity.type(), start, end)
                    .orElseThrow(
                            () -> new IllegalArgumentException(entity + " is at no word of '" + text.text() + "'")));
        }
        return spans;
    }
}
