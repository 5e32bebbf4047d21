package dev.slicer.jobs;

import dev.slicer.events.ScoreLine;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.training.RunFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the jobs of one process keep their files while they run. A process writes and deletes in folders of its own only,
 * however long it was suspended and whichever process has the job by then; others read there.
 *
 * <pre>
 *                    several processes      one run
 * the model, while   work/.owner/jobId      work/jobId
 *   it is written
 * a model that the   work/jobId-owner       kept/jobId-unpublished
 *   store refused
 * saved states       state/jobId/owner      state
 * </pre>
 */
public final class JobFolders {
    private static final Logger LOG = LoggerFactory.getLogger(JobFolders.class);
    private static final String SCORES = "scores.jsonl";
    /** Longer than a process works on a model without touching it. */
    private static final Duration ABANDONED = Duration.ofDays(7);

    private final Path own;
    private final Path kept;
    private final String keptSuffix;
    private final SavedStates states;
    private final int saveEvery;

    private JobFolders(Path own, Path kept, String keptSuffix, SavedStates states, int saveEvery) {
        this.own = own;
        this.kept = kept;
        this.keptSuffix = keptSuffix;
        this.states = states;
        this.saveEvery = saveEvery;
    }

    /**
     * The folders of a process among others that take over each other's jobs.
     *
     * @param work for what is of use to this process alone
     * @param state for what is of use to the others
     * @param owner names this process; no other has the name at the same time
     * @param saveEvery steps between two saves of a run's state; 0 saves none
     */
    public static JobFolders shared(Path work, Path state, String owner, int saveEvery) {
        return new JobFolders(
                work.resolve("." + owner), work, "-" + owner, new SavedStates.Shared(state, owner), saveEvery);
    }

    /**
     * The folders of a run that no other process takes over.
     *
     * @param work for what is of no use after the run; exists
     * @param kept for a model that the store refuses
     * @param state for the run's state and its snapshots; a run that fails leaves it, so that it can go on
     * @param saveEvery steps between two saves of the run's state; 0 saves none
     */
    public static JobFolders ofOneRun(Path work, Path kept, Path state, int saveEvery) {
        return new JobFolders(work, kept, "-unpublished", new SavedStates.OfOneRun(state), saveEvery);
    }

    Path output(String jobId) {
        return own.resolve(jobId);
    }

    Path scoring(String jobId) {
        return own.resolve(jobId + "-scoring");
    }

    /** Moves the output out of the way of other runs, to where people find it; where that fails it stays where it is. */
    Path keep(String jobId) {
        Path output = output(jobId).toAbsolutePath();
        Path place = kept.resolve(jobId + keptSuffix).toAbsolutePath();
        try {
            delete(place);
            Files.createDirectories(place.getParent());
            Files.move(output, place);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("The model in {} cannot be moved to {}: {}", output, place, e.getMessage());
            return output;
        }
        discardOutput(jobId);
        return place;
    }

    /** What this run saves, beginning with the furthest state that any process has saved of the job. */
    RunFiles takeUp(TrainingRequest request) {
        RunFiles files = new RunFiles(states.own(request.jobId()), saveEvery, request.snapshots());
        files.adopt(states.all(request.jobId()).stream()
                .filter(state -> !state.equals(files.folder()))
                .toList());
        return files;
    }

    int savedStep(String jobId) {
        return states.all(jobId).stream()
                .map(state -> new RunFiles(state, saveEvery, new Snapshots.None()))
                .mapToInt(RunFiles::savedStep)
                .max()
                .orElse(0);
    }

    /** Should the process die between the publishing and the telling, the scores are still known. */
    void remember(String jobId, List<ScoreLine> scores) {
        new ScoreLog(states.own(jobId).resolve(SCORES)).append(scores);
    }

    /** Those that were written last, by any process; empty where there are none. */
    List<ScoreLine> knownScores(String jobId) {
        return states.all(jobId).stream()
                .map(state -> state.resolve(SCORES))
                .filter(Files::isRegularFile)
                .max(Comparator.comparing(JobFolders::modified))
                .map(file -> new ScoreLog(file).read())
                .orElseGet(List::of);
    }

    /** Deletes the output of this owner's run. */
    void discardOutput(String jobId) {
        delete(output(jobId));
        delete(scoring(jobId));
        try {
            Files.deleteIfExists(own);
        } catch (IOException anotherJobIsInIt) {
            return;
        }
    }

    /** Deletes what this process saved of a job that is over, unless the same request may go on from it. */
    void discardOwn(JobState.Ended end) {
        if (end instanceof JobState.Succeeded || !states.outlivesFailure()) {
            delete(states.own(end.jobId()));
        }
    }

    /** Deletes what any process saved of a job; it must be over for all of them. */
    void discardAll(String jobId) {
        delete(states.root(jobId));
    }

    /** Deletes the outputs of other processes that none has touched for a week. */
    void discardAbandoned() {
        Instant newest = Instant.now().minus(ABANDONED);
        if (!Files.isDirectory(kept)) {
            return;
        }
        try (Stream<Path> found = Files.list(kept)) {
            for (Path folder : found.filter(Files::isDirectory).toList()) {
                if (folder.getFileName().toString().startsWith(".")
                        && !folder.equals(own)
                        && lastTouched(folder).isBefore(newest)) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for abandoned work in " + kept, e);
        }
    }

    private static Instant lastTouched(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.map(JobFolders::modified)
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.MAX);
        }
    }

    private static Instant modified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toInstant();
        } catch (IOException gone) {
            return Instant.MIN;
        }
    }

    /** What a job leaves behind takes room, but does not change how the job ended. */
    static void tidily(Runnable discarding) {
        try {
            discarding.run();
        } catch (UncheckedIOException e) {
            LOG.warn("{}: {}", e.getMessage(), e.getCause().getMessage());
        }
    }

    /** Another process may be deleting the same. */
    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException | IOException e) {
            IOException problem = e instanceof UncheckedIOException walking ? walking.getCause() : (IOException) e;
            if (!(problem instanceof NoSuchFileException)) {
                throw new UncheckedIOException("cannot delete " + folder, problem);
            }
        }
    }
}
