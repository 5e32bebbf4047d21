package dev.slicer.evaluator.labels;

import dev.slicer.service.metrics.BoundedLabels;
import dev.slicer.service.metrics.FirstOnes;
import dev.slicer.service.metrics.LanguageLabels;

/** What senders choose of labelled documents and answers, as values of metrics' labels: there are few of each. */
public final class EvaluationLabels {
    /** Of each scoring and language there is a gauge for each benchmark and model. */
    private static final int MOST_BENCHMARKS = 32;
    /** Of all benchmarks together, so that there are not as many as languages times benchmarks. */
    private static final int MOST_LANGUAGES_OF_BENCHMARKS = 256;
    /** The same of types. */
    private static final int MOST_TYPES_OF_BENCHMARKS = 256;

    private static final int MOST_TYPES = 32;
    private static final int MOST_MODELS = 64;

    private final LanguageLabels languages = new LanguageLabels();
    private final BoundedLabels benchmarks = new BoundedLabels(MOST_BENCHMARKS);
    private final BoundedLabels types = new BoundedLabels(MOST_TYPES);
    private final BoundedLabels models = new BoundedLabels(MOST_MODELS);

    private final FirstOnes<OfBenchmark> languagesOfBenchmarks = new FirstOnes<>(MOST_LANGUAGES_OF_BENCHMARKS);
    private final FirstOnes<OfBenchmark> typesOfBenchmarks = new FirstOnes<>(MOST_TYPES_OF_BENCHMARKS);

    private record OfBenchmark(String benchmark, String label) {}

    public LanguageLabels languages() {
        return languages;
    }

    public BoundedLabels benchmarks() {
        return benchmarks;
    }

    /** @param benchmark its label */
    public String languageOf(String benchmark, String tag) {
        return ofBenchmark(benchmark, languages.of(tag), languagesOfBenchmarks);
    }

    /** @param benchmark its label */
    public String typeOf(String benchmark, String type) {
        return ofBenchmark(benchmark, types.of(type), typesOfBenchmarks);
    }

    private static String ofBenchmark(String benchmark, String label, FirstOnes<OfBenchmark> first) {
        return label.equals(BoundedLabels.OTHER) || first.has(new OfBenchmark(benchmark, label))
                ? label
                : BoundedLabels.OTHER;
    }

    public String benchmark(String benchmark) {
        return benchmarks.of(benchmark);
    }

    public String model(String modelId) {
        return models.of(modelId);
    }
}
