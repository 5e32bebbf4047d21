package dev.slicer.cli.demo;

import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import java.util.List;
import java.util.OptionalInt;

/** What the demonstration trains, and the score that it expects. */
final class DemoSettings {
    static final String BASE_MODEL = "mbert";
    static final String TRAIN = "sample:en.train";
    static final String TRAIN_LANGUAGE = "en";
    static final List<String> TYPES = List.of("PER", "ORG", "LOC");

    /**
     * Chosen for a few hundred sentences and minutes on two cores, not for the paper's 20,000: small slices need many more
     * steps. Two slices converge within these (mean F1 over the other languages 0.68); four had not always (0.42 to 0.71,
     * by the dropout's luck), and h = 32 not at all (0.29).
     */
    static final Hyperparameters HYPERPARAMETERS = new Hyperparameters(
            OptionalInt.of(384),
            ClassifierMode.TRAINED,
            1e-4,
            0.05,
            1e-8,
            0.1,
            16,
            1,
            1,
            OptionalInt.of(160),
            256,
            0.1,
            42,
            WordUpdates.LAZY,
            OptionalInt.empty());

    /** Strict IOB2, mean over the languages that were not trained on; under it the demonstration has failed. */
    static final double MINIMUM_MEAN_F1 = 0.55;

    /** Name of the bundled test sets in the evaluator's reports. */
    static final String BENCHMARK = "sample";

    private DemoSettings() {}
}
