package dev.slicer.cli;

import dev.slicer.broker.BrokerException;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.signing.SigningKeyException;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.corpus.CorpusException;
import dev.slicer.events.InvalidEventException;
import dev.slicer.experiments.ExperimentException;
import dev.slicer.io.IoProblem;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** Tells failures that users can do something about from mistakes in the program. */
final class FailureMessage {
    private static final List<Class<? extends Exception>> FOR_USERS = List.of(
            CommandFailedException.class,
            CorpusException.class,
            ExperimentException.class,
            InvalidEventException.class,
            ModelException.class,
            CheckpointException.class,
            SigningKeyException.class,
            TrainingException.class,
            BrokerException.class);

    private FailureMessage() {}

    /** What to tell users of a failure; empty where it is a mistake in the program. */
    static Optional<String> of(Exception failure) {
        if (failure instanceof UncheckedIOException problem) {
            return Optional.of(IoProblem.of(problem));
        }
        if (failure instanceof IOException problem) {
            return Optional.of(IoProblem.of(problem));
        }
        return FOR_USERS.stream().anyMatch(type -> type.isInstance(failure))
                ? Optional.of(failure.getMessage())
                : Optional.empty();
    }
}
