package dev.slicer.training;

import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.hyperparameters.Snapshots;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folder of one run: its snapshots, and the state from which a run that was killed goes on. Only one process at a time may
 * write to it. A save takes twelve bytes for each parameter that is trained.
 *
 * @param folder made when absent
 * @param saveEvery steps between two saves of the state; 0 saves none
 */
public record RunFiles(Path folder, int saveEvery, Snapshots snapshots) {
    private static final int ADOPTIONS = 5;
    private static final String STEP_NAME = "step-%06d";
    private static final Pattern STEP = Pattern.compile("step-([0-9]{6,})");

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

    /**
     * Begins with what other processes saved of the same run, where one of them got further than the files here. Theirs are
     * read only; they may go on saving, and deleting what they saved before.
     *
     * @param others folders of theirs
     * @throws UncheckedIOException where the disk refuses
     */
    public void adopt(List<Path> others) {
        for (int attempt = 1; attempt <= ADOPTIONS; attempt++) {
            try {
                Optional<RunFiles> furthest = furthest(others);
                if (furthest.isPresent()) {
                    adopt(furthest.get());
                }
                return;
            } catch (NoSuchFileException superseded) {
                // There is a newer one by then; where that goes on, the run begins with what it has itself.
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException("what was saved of the run cannot be taken over into " + folder, e);
            }
        }
    }

    private Optional<RunFiles> furthest(List<Path> others) {
        return others.stream()
                .map(other -> new RunFiles(other, saveEvery, snapshots))
                .filter(other -> other.savedStep() > savedStep())
                .max(Comparator.comparingInt(RunFiles::savedStep));
    }

    /** The step from which the run would go on; 0 where nothing is saved. */
    public int savedStep() {
        SortedMap<Integer, Path> saves = saves();
        return saves.isEmpty() ? 0 : saves.lastKey();
    }

    private void adopt(RunFiles other) throws IOException {
        SortedMap<Integer, Path> saves = other.saves();
        if (saves.isEmpty()) {
            throw new NoSuchFileException(other.stateFolder().toString());
        }
        int newest = saves.lastKey();
        for (Snapshot snapshot : other.kept()) {
            Path own = snapshotFolder(snapshot.step());
            if (snapshot.step() <= newest && !Files.exists(own)) {
                copy(snapshot.folder(), own);
            }
        }
        // At last, so that there is no state without the snapshots before it.
        copy(saves.get(newest), saveFolder(newest));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (StagedFolder staged = StagedFolder.beside(to);
                Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                staged.add(file);
            }
            if (!Files.exists(from)) {
                throw new NoSuchFileException(from.toString());
            }
            staged.publish();
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

    private Path stateFolder() {
        return folder.resolve("state");
    }

    Path saveFolder(int step) {
        return stateFolder().resolve(STEP_NAME.formatted(step));
    }

    Path snapshotFolder(int step) {
        return folder.resolve("snapshots").resolve(STEP_NAME.formatted(step));
    }

    /** The models that lie in the folder, oldest first. */
    List<Snapshot> kept() {
        return steps(folder.resolve("snapshots")).entrySet().stream()
                .map(found -> new Snapshot(found.getKey(), found.getValue()))
                .toList();
    }

    /** The states that lie in the folder, by the step that they were saved after. */
    SortedMap<Integer, Path> saves() {
        return steps(stateFolder());
    }

    private static SortedMap<Integer, Path> steps(Path all) {
        SortedMap<Integer, Path> steps = new TreeMap<>();
        try (Stream<Path> folders = Files.list(all)) {
            folders.forEach(found -> {
                Matcher name = STEP.matcher(found.getFileName().toString());
                if (name.matches()) {
                    steps.put(Integer.parseInt(name.group(1)), found);
                }
            });
            return steps;
        } catch (NoSuchFileException none) {
            return steps;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list what is saved in " + all + ": " + IoProblem.of(e), e);
        }
    }

    /** Removes what a killed process left half-written. */
    void tidy() {
        StagedFolder.discardAbandonedIn(stateFolder(), Duration.ZERO);
        StagedFolder.discardAbandonedIn(folder.resolve("snapshots"), Duration.ZERO);
    }
}
