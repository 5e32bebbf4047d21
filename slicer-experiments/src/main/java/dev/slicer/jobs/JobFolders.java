package dev.slicer.jobs;

import dev.slicer.events.ScoreLine;
import dev.slicer.events.TrainingRequest;
import dev.slicer.experiments.ScoreLog;
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
 * Where jobs keep their files while they run. Whoever works on a job writes and deletes in folders of its own only, however
 * long it was suspended and whoever has the job by then; others read there.
 *
 * <pre>
 * work/.owner/jobId           the model that is being written
 * work/jobId-owner            a model that nobody took, kept for people
 * state/jobId/owner           what another process needs to go on with the job
 * </pre>
 *
 * @param work for what is of use to nobody else
 * @param state for what is of use to others
 * @param owner who works with these folders; no other process has the name at the same time
 * @param saveEvery steps between two saves of a run's state; 0 saves none
 */
public record JobFolders(Path work, Path state, String owner, int saveEvery) {
    private static final Logger LOG = LoggerFactory.getLogger(JobFolders.class);
    private static final String SCORES = "scores.jsonl";
    /** Longer than anybody works on a model without touching it. */
    private static final Duration ABANDONED = Duration.ofDays(7);

    Path output(String jobId) {
        return own().resolve(jobId);
    }

    Path scoring(String jobId) {
        return own().resolve(jobId + "-scoring");
    }

    private Path own() {
        return work.resolve("." + owner);
    }

    /** Moves the output out of the way of other runs, to where people find it; where that fails it stays where it is. */
    Path keep(String jobId) {
        Path output = output(jobId).toAbsolutePath();
        Path kept = work.resolve(jobId + "-" + owner).toAbsolutePath();
        try {
            delete(kept);
            Files.move(output, kept);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("The model in {} cannot be moved to {}: {}", output, kept, e.getMessage());
            return output;
        }
        discardOutput(jobId);
        return kept;
    }

    /** What this run saves, beginning with what anybody has saved of the job before, if that is further than its own. */
    RunFiles takeUp(TrainingRequest request) {
        RunFiles files = new RunFiles(ownState(request.jobId()), saveEvery, request.snapshots());
        files.adopt(statesOf(request.jobId()).stream()
                .filter(state -> !state.equals(files.folder()))
                .toList());
        return files;
    }

    private Path ownState(String jobId) {
        return state.resolve(jobId).resolve(owner);
    }

    private List<Path> statesOf(String jobId) {
        try {
            return list(state.resolve(jobId));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the saved states in " + state.resolve(jobId), e);
        }
    }

    /** Should the process die between the publishing and the telling, the scores are still known. */
    void remember(String jobId, List<ScoreLine> scores) {
        new ScoreLog(ownState(jobId).resolve(SCORES)).append(scores);
    }

    /** Of whoever wrote them last; empty where nobody has. */
    List<ScoreLine> knownScores(String jobId) {
        return statesOf(jobId).stream()
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
            Files.deleteIfExists(own());
        } catch (IOException anotherJobIsInIt) {
            return;
        }
    }

    /** Deletes what this owner's run saved. */
    void discardOwn(String jobId) {
        delete(ownState(jobId));
    }

    /** Deletes what anybody saved of a job; it must be over for all of them. */
    void discardAll(String jobId) {
        delete(state.resolve(jobId));
    }

    /** Deletes the outputs of other owners that nobody has touched for a week. */
    void discardAbandoned() {
        Instant newest = Instant.now().minus(ABANDONED);
        try {
            for (Path folder : list(work)) {
                if (folder.getFileName().toString().startsWith(".")
                        && !folder.equals(own())
                        && lastTouched(folder).isBefore(newest)) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for abandoned work in " + work, e);
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

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isDirectory).sorted().toList();
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
