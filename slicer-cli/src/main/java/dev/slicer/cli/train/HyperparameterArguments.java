package dev.slicer.cli.train;

import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import dev.slicer.hyperparameters.SliceSize;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options that decide a fine-tuning run; those that are not given have their defaults. */
final class HyperparameterArguments {
    private static final Hyperparameters DEFAULTS = Hyperparameters.defaults();

    @Option(
            names = "--h",
            paramLabel = "N|standard",
            description = "SLICER's slice size, a divisor of the model's hidden size (768 for mbert), or standard for "
                    + "standard fine-tuning. Default: 2.")
    private Optional<String> h = Optional.empty();

    @Option(
            names = "--classifier",
            paramLabel = "MODE",
            description = "trained: the classifier learns, as the paper says. frozen: it stays at its random start, as "
                    + "in the paper's code. Default: trained.")
    private ClassifierMode classifier = DEFAULTS.classifier();

    @Option(names = "--lr", paramLabel = "RATE", description = "Peak learning rate. Default: 5e-5.")
    private double learningRate = DEFAULTS.learningRate();

    @Option(names = "--weight-decay", paramLabel = "RATE", description = "AdamW's weight decay. Default: 0.05.")
    private double weightDecay = DEFAULTS.weightDecay();

    @Option(
            names = "--warmup",
            paramLabel = "SHARE",
            description = "Share of the steps in which the learning rate rises. Default: 0.1.")
    private double warmup = DEFAULTS.warmup();

    @Option(names = "--dropout", paramLabel = "SHARE", description = "Dropout. Default: 0.1.")
    private double dropout = DEFAULTS.dropout();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Optimiser steps to train, over as many epochs as that takes. Default: 700.")
    private Optional<Integer> steps = Optional.empty();

    @Option(names = "--epochs", paramLabel = "N", description = "Whole epochs to train, instead of --steps.")
    private Optional<Integer> epochs = Optional.empty();

    @Option(names = "--batch", paramLabel = "N", description = "Sentences in a step. Default: 32.")
    private int batchSize = DEFAULTS.batchSize();

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "Passes into which a step is split, to save memory. Default: 1.")
    private int accumulation = DEFAULTS.accumulation();

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "Sub-tokens of a sentence to train on; the rest is cut off. Default: 510.")
    private int maxLength = DEFAULTS.maxLength();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same run on the same machine. Default: 42.")
    private long seed = DEFAULTS.seed();

    @Option(
            names = "--word-updates",
            paramLabel = "WAY",
            description =
                    "How the optimiser updates word embeddings. dense: all of them at every step. lazy: each one when "
                            + "it is used again, with the same result up to rounding. frozen: never, they stay as in the "
                            + "base model. Default: lazy; with --lora always frozen.")
    private Optional<WordUpdates> wordUpdates = Optional.empty();

    @Option(
            names = "--lora",
            paramLabel = "RANK",
            description = "Train low-rank adapters of this rank (LoRA) and the classifier, instead of all weights: a "
                    + "faster step, less memory, and a higher --lr to go with it. The checkpoint has them merged "
                    + "into its weights. Default: no adapters.")
    private Optional<Integer> loraRank = Optional.empty();

    /** @throws IllegalArgumentException naming the hyperparameter and the values it may have */
    Hyperparameters toHyperparameters() {
        return new Hyperparameters(
                h.map(size -> SliceSize.parse(size).h()).orElse(DEFAULTS.h()),
                classifier,
                learningRate,
                weightDecay,
                DEFAULTS.adamEpsilon(),
                warmup,
                batchSize,
                accumulation,
                epochs.orElse(DEFAULTS.epochs()),
                maxSteps(),
                maxLength,
                dropout,
                seed,
                wordUpdates.orElse(loraRank.isPresent() ? WordUpdates.FROZEN : DEFAULTS.wordUpdates()),
                loraRank.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    private OptionalInt maxSteps() {
        if (steps.isPresent()) {
            return OptionalInt.of(steps.get());
        }
        return epochs.isPresent() ? OptionalInt.empty() : DEFAULTS.maxSteps();
    }
}
