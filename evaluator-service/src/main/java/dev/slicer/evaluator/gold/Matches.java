package dev.slicer.evaluator.gold;

import dev.slicer.labels.Span;
import dev.slicer.metrics.MatchCounts;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How the entities of a document match, as nervaluate 1.2.1 counts them. Each predicted entity in its order takes a gold
 * entity that none before it took, so the counts depend on the order; those of tags come in the order of the words.
 */
final class Matches {
    /** Overlap with less than this share of the gold entity is none, in percent; nervaluate's default. */
    private static final int LEAST_OVERLAP = 1;

    private static final int NONE = -1;
    private static final Map<MatchSchema, MatchCounts> NOTHING = bySchema(List.of(), List.of());

    private final List<Span> gold;
    private final List<Span> predicted;
    private final boolean[] taken;
    private long correct;
    private long other;
    private long spurious;

    private Matches(List<Span> gold, List<Span> predicted) {
        this.gold = gold;
        this.predicted = predicted;
        this.taken = new boolean[gold.size()];
    }

    /** Counts under each schema. */
    public static Map<MatchSchema, MatchCounts> of(List<Span> gold, List<Span> predicted) {
        return gold.isEmpty() && predicted.isEmpty() ? NOTHING : bySchema(gold, predicted);
    }

    private static Map<MatchSchema, MatchCounts> bySchema(List<Span> gold, List<Span> predicted) {
        Map<MatchSchema, MatchCounts> counts = new EnumMap<>(MatchSchema.class);
        for (MatchSchema schema : MatchSchema.values()) {
            counts.put(schema, new Matches(gold, predicted).count(schema));
        }
        return Collections.unmodifiableMap(counts);
    }

    private MatchCounts count(MatchSchema schema) {
        for (Span span : predicted) {
            int right = schema == MatchSchema.ENT_TYPE ? closestOfType(span) : sameAs(span, schema);
            int match = right == NONE ? firstOverlapping(span) : right;
            if (match == NONE) {
                spurious++;
            } else {
                taken[match] = true;
                if (right == NONE) {
                    other++;
                } else {
                    correct++;
                }
            }
        }
        long missed = gold.size() - correct - other;
        return schema == MatchSchema.PARTIAL
                ? new MatchCounts(correct, 0, other, missed, spurious)
                : new MatchCounts(correct, other, 0, missed, spurious);
    }

    private int sameAs(Span span, MatchSchema schema) {
        for (int i = 0; i < taken.length; i++) {
            Span candidate = gold.get(i);
            if (!taken[i]
                    && candidate.start() == span.start()
                    && candidate.end() == span.end()
                    && (schema != MatchSchema.STRICT || candidate.type().equals(span.type()))) {
                return i;
            }
        }
        return NONE;
    }

    /** By the sum of the distances of both boundaries; of two that are alike the first. */
    private int closestOfType(Span span) {
        int closest = NONE;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < taken.length; i++) {
            Span candidate = gold.get(i);
            if (!taken[i] && overlaps(span, candidate) && candidate.type().equals(span.type())) {
                int distance = Math.abs(candidate.start() - span.start()) + Math.abs(candidate.end() - span.end());
                if (distance < least) {
                    closest = i;
                    least = distance;
                }
            }
        }
        return closest;
    }

    private int firstOverlapping(Span span) {
        for (int i = 0; i < taken.length; i++) {
            if (!taken[i] && overlaps(span, gold.get(i))) {
                return i;
            }
        }
        return NONE;
    }

    private static boolean overlaps(Span span, Span gold) {
        int words = Math.min(span.end(), gold.end()) - Math.max(span.start(), gold.start());
        return words > 0 && 100L * words >= (long) LEAST_OVERLAP * (gold.end() - gold.start());
    }
}
