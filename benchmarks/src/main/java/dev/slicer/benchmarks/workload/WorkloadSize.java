package dev.slicer.benchmarks.workload;

/** How much a run does. */
public enum WorkloadSize {
    /** What figures are published of. */
    FULL(5, 20, 100, 150),
    /** Enough to see what a change does, in minutes. */
    QUICK(3, 5, 20, 20);

    private final int trainingSteps;
    private final int taggedPerLanguage;
    private final int streamedPerLanguage;
    private final int scoredPerLanguage;

    WorkloadSize(int trainingSteps, int taggedPerLanguage, int streamedPerLanguage, int scoredPerLanguage) {
        this.trainingSteps = trainingSteps;
        this.taggedPerLanguage = taggedPerLanguage;
        this.streamedPerLanguage = streamedPerLanguage;
        this.scoredPerLanguage = scoredPerLanguage;
    }

    int trainingSteps() {
        return trainingSteps;
    }

    int taggedPerLanguage() {
        return taggedPerLanguage;
    }

    /** So many that the first and the last batch count for little. */
    int streamedPerLanguage() {
        return streamedPerLanguage;
    }

    /** Sentences of each language whose entities are scored: what the slowest subject tags in some two minutes. */
    public int scoredPerLanguage() {
        return scoredPerLanguage;
    }
}
