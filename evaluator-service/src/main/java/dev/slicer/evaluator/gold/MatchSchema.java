package dev.slicer.evaluator.gold;

/** What makes a predicted entity right, in nervaluate's terms (SemEval 2013, task 9.1). */
public enum MatchSchema {
    /** Boundaries and type. */
    STRICT("strict"),
    /** Boundaries, whatever the type. */
    EXACT("exact"),
    /** Boundaries, whatever the type; overlap with a gold entity counts half. */
    PARTIAL("partial"),
    /** Type, of a gold entity that it overlaps. */
    ENT_TYPE("ent_type");

    private final String label;

    MatchSchema(String label) {
        this.label = label;
    }

    /** nervaluate's name of it, in events, reports and as a label of metrics. */
    public String label() {
        return label;
    }
}
