package dev.slicer.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where runs save what another process needs to go on with them. */
sealed interface SavedStates {
    /** Where this process saves. */
    Path own(String jobId);

    /** Where any process may have saved. */
    List<Path> all(String jobId);

    /** What holds all of them. */
    Path root(String jobId);

    /** Whether a run that failed can be taken up again by the same request. */
    boolean outlivesFailure();

    /** Of processes that take over each other's jobs: {@code root/jobId/owner}. A job that failed is over. */
    record Shared(Path root, String owner) implements SavedStates {
        @Override
        public Path own(String jobId) {
            return root(jobId).resolve(owner);
        }

        @Override
        public List<Path> all(String jobId) {
            Path ofJob = root(jobId);
            try (Stream<Path> found = Files.list(ofJob)) {
                return found.filter(Files::isDirectory).sorted().toList();
            } catch (NoSuchFileException none) {
                return List.of();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list the saved states in " + ofJob, e);
            }
        }

        @Override
        public Path root(String jobId) {
            return root.resolve(jobId);
        }

        @Override
        public boolean outlivesFailure() {
            return false;
        }
    }

    /** Of one run, in a folder that its user named. Where it failed, the same command goes on once the cause is gone. */
    record OfOneRun(Path folder) implements SavedStates {
        @Override
        public Path own(String jobId) {
            return folder;
        }

        @Override
        public List<Path> all(String jobId) {
            return Files.isDirectory(folder) ? List.of(folder) : List.of();
        }

        @Override
        public Path root(String jobId) {
            return folder;
        }

        @Override
        public boolean outlivesFailure() {
            return true;
        }
    }
}
