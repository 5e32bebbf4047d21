package dev.slicer.evaluator.labels;

import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.LanguageLabels;

/** What senders choose of labelled documents and answers, as values of metrics' labels: there are few of each. */
public final class EvaluationLabels {
    /** Of each scoring and language there is a gauge for each benchmark and model. */
    private static final int MOST_BENCHMARKS = 32;

    private static final int MOST_TYPES = 32;
    private static final int MOST_MODELS = 64;

    private final LanguageLabels languages = new LanguageLabels();
    private final BoundedLabels benchmarks = new BoundedLabels(MOST_BENCHMARKS);
    private final BoundedLabels types = new BoundedLabels(MOST_TYPES);
    private final BoundedLabels models = new BoundedLabels(MOST_MODELS);

    public LanguageLabels languages() {
        return languages;
    }

    public BoundedLabels benchmarks() {
        return benchmarks;
    }

    public String language(String tag) {
        return languages.of(tag);
    }

    public String benchmark(String benchmark) {
        return benchmarks.of(benchmark);
    }

    public String type(String type) {
        return types.of(type);
    }

    public String model(String modelId) {
        return models.of(modelId);
    }
}
