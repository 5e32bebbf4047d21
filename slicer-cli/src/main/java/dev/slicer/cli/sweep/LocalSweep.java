package dev.slicer.cli.sweep;

import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.cli.jobs.JobDisplay;
import dev.slicer.cli.jobs.OrderlyStop;
import dev.slicer.corpus.Corpora;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.Sweep;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.Report;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.io.Home;
import dev.slicer.jobs.JobContext;
import dev.slicer.jobs.JobFolders;
import dev.slicer.jobs.JobRunner;
import dev.slicer.jobs.JobState;
import dev.slicer.jobs.Publication;
import dev.slicer.jobs.StopSignal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs of a sweep, one after another in this process. */
final class LocalSweep {
    private static final int USUAL_HIDDEN_SIZE = 768;
    /** One process at a time has a sweep's folder, so all of them are the same owner. */
    private static final String OWNER = "local";

    private final Terminal terminal;
    private final Home home;
    private final CheckpointStore store;
    private final Path results;
    private final int saveEvery;
    private final Clock clock;
    private volatile StopSignal signal = new StopSignal(() -> true);
    private volatile boolean stopping;
    private final Map<String, String> failures = new HashMap<>();
    private final List<ScoreLine> scores = new ArrayList<>();
    private int standardH = USUAL_HIDDEN_SIZE;

    /** What {@code --json} prints. */
    private record Result(String sweep, int jobs, Map<String, String> failed, String results, List<ScoreLine> scores) {}

    LocalSweep(Terminal terminal, Home home, CheckpointStore store, Path results, int saveEvery, Clock clock) {
        this.terminal = terminal;
        this.home = home;
        this.store = store;
        this.results = results;
        this.saveEvery = saveEvery;
        this.clock = clock;
    }

    /** @return whether all jobs succeeded */
    boolean run(Sweep sweep, Engine engine, boolean json) throws IOException {
        Path folder = Files.createDirectories(home.sweeps().resolve(sweep.name()));
        try (FileChannel lock =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            requireAlone(lock, sweep.name());
            JobRunner runner = new JobRunner(
                    () -> Corpora::open,
                    engine,
                    new Publication(store, clock),
                    JobFolders.shared(folder.resolve("work"), folder.resolve("state"), OWNER, saveEvery));
            return runAll(sweep, runner, json);
        }
    }

    /** For as long as the channel is open. */
    private static void requireAlone(FileChannel channel, String name) throws IOException {
        try {
            if (channel.tryLock() == null) {
                throw taken(name);
            }
        } catch (OverlappingFileLockException e) {
            throw taken(name);
        }
    }

    private static CommandFailedException taken(String name) {
        return new CommandFailedException("another process is at work on the sweep " + name + " already");
    }

    private boolean runAll(Sweep sweep, JobRunner runner, boolean json) {
        List<TrainingRequest> jobs = sweep.jobs();
        boolean succeeded = OrderlyStop.when(this::stop, this::sayHowToGoOn, () -> succeed(jobs, runner));
        show(sweep, jobs.size(), json);
        return succeeded;
    }

    private boolean succeed(List<TrainingRequest> jobs, JobRunner runner) {
        for (int i = 0; i < jobs.size() && !stopping; i++) {
            String title =
                    "job " + (i + 1) + " of " + jobs.size() + ", " + jobs.get(i).jobId();
            run(jobs.get(i), title, runner);
        }
        return failures.isEmpty();
    }

    private void stop() {
        stopping = true;
        signal.giveBack();
    }

    private void sayHowToGoOn() {
        terminal.note("stopped; the same command goes on from the last saved state");
    }

    private void run(TrainingRequest job, String title, JobRunner runner) {
        terminal.note(title);
        signal = new StopSignal(() -> true);
        if (stopping) {
            signal.giveBack();
        }
        JobState end = runner.run(job, signal, new Context(title));
        if (end instanceof JobState.Ended) {
            runner.discard(job.jobId());
        }
        if (end instanceof JobState.Succeeded succeeded) {
            List<ScoreLine> lines = succeeded.scores();
            if (job.hyperparameters().h().isEmpty()) {
                lines.stream().findFirst().ifPresent(line -> standardH = line.h());
            }
            terminal.note("  " + end.message() + (lines.isEmpty() ? "" : ", " + lines.size() + " scores"));
        } else if (end instanceof JobState.Failed) {
            failures.put(job.jobId(), end.message());
            terminal.note("  failed: " + end.message());
        }
    }

    private final class Context implements JobContext {
        private final String title;
        private final JobDisplay display = new JobDisplay(terminal, "  ");

        Context(String title) {
            this.title = title;
        }

        @Override
        public void changed(JobState state) {
            if (state instanceof JobState.Succeeded succeeded) {
                remember(succeeded.scores());
            } else {
                display.show(state);
            }
        }

        @Override
        public void published(CheckpointPublished checkpoint) {
            terminal.progress("  " + title + ": in " + checkpoint.uri());
        }

        @Override
        public void measured(String model, SelfAttentionShares shares) {
            terminal.note("  attention on themselves, " + model + " model, by layer: "
                    + shares.byLayer().stream().map(Figures::percent).toList() + " %");
        }

        @Override
        public Optional<String> failureOf(String jobId) {
            return Optional.ofNullable(failures.get(jobId));
        }
    }

    /** A job that an earlier call has done tells no scores; they are in the file. */
    private void remember(List<ScoreLine> lines) {
        if (!lines.isEmpty()) {
            new ScoreLog(results).append(lines);
            scores.addAll(lines);
        }
    }

    private void show(Sweep sweep, int jobs, boolean json) {
        List<ScoreLine> all = Files.exists(results) ? new ScoreLog(results).read() : List.of();
        if (json) {
            terminal.printJson(new Result(sweep.name(), jobs, failures, results.toString(), all));
        } else if (!all.isEmpty()) {
            terminal.print(Report.of(all, standardH).markdown(Optional.empty()).stripTrailing());
        }
        if (!scores.isEmpty()) {
            terminal.note(scores.size() + " scores added to " + results);
        }
        if (!failures.isEmpty()) {
            terminal.note(failures.size() + " of " + jobs + " jobs failed: " + String.join(", ", failures.keySet()));
        }
    }
}
