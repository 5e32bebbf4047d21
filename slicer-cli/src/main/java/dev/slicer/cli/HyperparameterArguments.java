package dev.slicer.cli;

import dev.slicer.training.Hyperparameters;
import dev.slicer.training.Hyperparameters.ClassifierMode;
import dev.slicer.training.Hyperparameters.WordUpdates;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options that decide a fine-tuning run; those that are not given have the paper's values. */
final class HyperparameterArguments {
    @Option(
            names = "--h",
            paramLabel = "N",
            description = "SLICER's slice size, a divisor of the model's hidden size (768 for mbert), as 2. "
                    + "Default: the hidden size itself, which is standard fine-tuning.")
    private Optional<Integer> h = Optional.empty();

    @Option(
            names = "--classifier",
            paramLabel = "MODE",
            description = "trained: the classifier learns, as the paper says. frozen: it stays at its random start, as "
                    + "in the paper's code. Default: trained.")
    private ClassifierMode classifier = Hyperparameters.paper().classifier();

    @Option(names = "--lr", paramLabel = "RATE", description = "Peak learning rate. Default: 2e-5.")
    private double learningRate = Hyperparameters.paper().learningRate();

    @Option(names = "--weight-decay", paramLabel = "RATE", description = "AdamW's weight decay. Default: 0.05.")
    private double weightDecay = Hyperparameters.paper().weightDecay();

    @Option(
            names = "--warmup",
            paramLabel = "SHARE",
            description = "Share of the steps with rising learning rate. Default: 0.1.")
    private double warmup = Hyperparameters.paper().warmup();

    @Option(names = "--dropout", paramLabel = "SHARE", description = "Dropout. Default: 0.1.")
    private double dropout = Hyperparameters.paper().dropout();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Optimiser steps to train, over as many epochs as that takes. Default: whole epochs.")
    private Optional<Integer> steps = Optional.empty();

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs to train without --steps. Default: 10.")
    private int epochs = Hyperparameters.paper().epochs();

    @Option(names = "--batch", paramLabel = "N", description = "Sentences in a step. Default: 32.")
    private int batchSize = Hyperparameters.paper().batchSize();

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "Passes into which a step is split, to save memory. Default: 1.")
    private int accumulation = Hyperparameters.paper().accumulation();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Sub-tokens of a sentence that are trained on. Default: 510.")
    private int maxLength = Hyperparameters.paper().maxLength();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same run on the same machine. Default: 42.")
    private long seed = Hyperparameters.paper().seed();

    @Option(
            names = "--word-updates",
            paramLabel = "WAY",
            description =
                    "lazy: the optimiser makes up for the steps in which a word embedding had no gradient when it is "
                            + "used again; the same result but for rounding. dense: every one at every step. frozen: word "
                            + "embeddings stay as they are in the base model. Default: lazy.")
    private WordUpdates wordUpdates = Hyperparameters.paper().wordUpdates();

    /** @throws IllegalArgumentException naming the hyperparameter and the values it may have */
    Hyperparameters toHyperparameters() {
        return new Hyperparameters(
                toInt(h),
                classifier,
                learningRate,
                weightDecay,
                Hyperparameters.paper().adamEpsilon(),
                warmup,
                batchSize,
                accumulation,
                epochs,
                toInt(steps),
                maxLength,
                dropout,
                seed,
                wordUpdates);
    }

    private static OptionalInt toInt(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
