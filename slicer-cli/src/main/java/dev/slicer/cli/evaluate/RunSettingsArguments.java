package dev.slicer.cli.evaluate;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.cli.arguments.LanguageCorpora;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.experiments.RunSettings;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.jobs.Provenance;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Options that complete what a checkpoint's manifest says of the run that it comes from. */
final class RunSettingsArguments {
    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "What the checkpoint was trained on. Default: the language that the name of its training "
                    + "file begins with, as en.train.conll.")
    private Optional<String> source = Optional.empty();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Optimiser steps of its run, where slicer.json does not say (it was trained over epochs).")
    private Optional<Integer> steps = Optional.empty();

    boolean isGiven() {
        return source.isPresent() || steps.isPresent();
    }

    static boolean isAverage(Manifest manifest) {
        return Provenance.isOfAverage(manifest);
    }

    /**
     * The settings that the manifest and the options tell.
     *
     * @param checkpoint its folder
     * @throws CommandFailedException naming what is not known
     */
    RunSettings complete(Manifest manifest, Path checkpoint) {
        OptionalInt given = steps.map(OptionalInt::of).orElseGet(OptionalInt::empty);
        if (given.isEmpty()
                && RecordedHyperparameters.steps(manifest.hyperparameters()).isEmpty()) {
            throw new CommandFailedException(
                    checkpoint.resolve(Manifest.FILE_NAME) + " does not say how many steps the run had; give --steps");
        }
        return RunSettings.of(manifest, source.orElseGet(() -> source(manifest)), given);
    }

    private static String source(Manifest manifest) {
        TreeSet<String> languages = new TreeSet<>();
        for (String corpus : manifest.dataFingerprints().keySet()) {
            languages.add(LanguageCorpora.languageOf(corpus)
                    .orElseThrow(() -> new CommandFailedException("the checkpoint was trained on " + corpus
                            + ", whose name does not begin with a language; give --source")));
        }
        if (languages.isEmpty()) {
            throw new CommandFailedException(
                    Manifest.FILE_NAME + " does not say what the checkpoint was trained on; give --source");
        }
        return String.join("+", languages);
    }
}
