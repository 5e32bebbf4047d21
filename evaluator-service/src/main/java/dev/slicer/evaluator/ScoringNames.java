package dev.slicer.evaluator;

import dev.slicer.metrics.Scoring;

/** How scorings are spelled in the report and in metric labels. */
final class ScoringNames {
    private ScoringNames() {}

    static String of(Scoring scoring) {
        return switch (scoring) {
            case STRICT_IOB2 -> "strict-iob2";
            case CONLLEVAL -> "conlleval";
            case SUB_TOKEN -> "sub-token";
        };
    }
}
