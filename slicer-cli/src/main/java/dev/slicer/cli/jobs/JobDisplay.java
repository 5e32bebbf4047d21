package dev.slicer.cli.jobs;

import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.jobs.JobState;
import dev.slicer.training.TrainingProgress;
import java.util.Optional;
import java.util.OptionalDouble;

/** Shows on the terminal how one job gets on. */
public final class JobDisplay {
    private final Terminal terminal;
    private final String indent;
    private boolean resumptionShown;

    /** @param indent before every line */
    public JobDisplay(Terminal terminal, String indent) {
        this.terminal = terminal;
        this.indent = indent;
    }

    /** Shows a state that the job has come to; the command shows how the job ended. */
    public void show(JobState state) {
        Optional<TrainingProgress> progress = state.progress();
        if (state instanceof JobState.Running && progress.isPresent()) {
            show(progress.get());
        } else if (!(state instanceof JobState.Ended)) {
            terminal.progress(indent + state.message());
        }
    }

    private void show(TrainingProgress at) {
        if (!resumptionShown && at.resumedFrom() > 0) {
            resumptionShown = true;
            terminal.note(indent + "going on after step " + at.resumedFrom());
        }
        terminal.progress(indent + describe(at));
    }

    /** Step, loss, speed and time left. */
    public static String describe(TrainingProgress at) {
        return Figures.training(
                at.step(),
                at.totalSteps(),
                OptionalDouble.of(at.loss()),
                OptionalDouble.of(at.tokensPerSecond()),
                OptionalDouble.of(at.remaining().toMillis() / 1000.0));
    }
}
