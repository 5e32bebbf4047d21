package dev.slicer.training;

import dev.slicer.checkpoint.StagedFolder;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folder of one run: its snapshots, and the state from which a run that was killed goes on. Only one process at a time may
 * use it. A save takes twelve bytes for each parameter.
 *
 * @param folder made when absent
 * @param saveEvery steps between two saves of the state; 0 saves none
 */
public record RunFiles(Path folder, int saveEvery, Snapshots snapshots) {
    private static final Pattern SNAPSHOT = Pattern.compile("step-([0-9]{6,})");

    public RunFiles {
        if (saveEvery < 0) {
            throw new IllegalArgumentException("saveEvery must be at least 0, got " + saveEvery);
        }
    }

    /** Deletes the state and the snapshots, once the run's result is safe elsewhere. */
    public void discard() {
        if (Files.exists(folder)) {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot delete the files of the run in " + folder + ": " + IoProblem.of(e), e);
        }
    }

    /** The run takes these steps again, or another run had taken them. */
    void discardSnapshotsAfter(int step) {
        kept().stream()
                .filter(snapshot -> snapshot.step() > step)
                .map(Snapshot::folder)
                .forEach(RunFiles::delete);
    }

    boolean savesAfter(int step) {
        return saveEvery > 0 && step % saveEvery == 0;
    }

    Path stateFolder() {
        return folder.resolve("state");
    }

    Path snapshotFolder(int step) {
        return folder.resolve("snapshots").resolve("step-%06d".formatted(step));
    }

    /** Those that lie in the folder, oldest first. */
    List<Snapshot> kept() {
        Path all = folder.resolve("snapshots");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(all)) {
            return folders.flatMap(found -> {
                        Matcher name = SNAPSHOT.matcher(found.getFileName().toString());
                        return name.matches()
                                ? Stream.of(new Snapshot(Integer.parseInt(name.group(1)), found))
                                : Stream.empty();
                    })
                    .sorted(Comparator.comparingInt(Snapshot::step))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the snapshots in " + all + ": " + IoProblem.of(e), e);
        }
    }

    /** Removes what a killed process left half-written. */
    void tidy() {
        StagedFolder.discardAbandonedIn(stateFolder(), Duration.ZERO);
        StagedFolder.discardAbandonedIn(folder.resolve("snapshots"), Duration.ZERO);
    }
}
