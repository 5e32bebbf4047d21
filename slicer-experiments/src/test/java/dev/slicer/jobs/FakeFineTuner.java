package dev.slicer.jobs;

import dev.slicer.checkpoint.StagedFolder;
import dev.slicer.events.EventJson;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.RunFiles;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingException;
import dev.slicer.training.TrainingProgress;
import dev.slicer.training.TrainingProgress.TimeShares;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Takes as many steps as it is told, of 2 ms each, and writes a model with a hidden size of 8 and
 * one weight, the step that it went on from. */
public final class FakeFineTuner implements FineTuner {
    private static final int HIDDEN_SIZE = 8;

    public final List<FineTuningJob> jobs = new CopyOnWriteArrayList<>();
    public final List<FineTuningJob> stopped = new CopyOnWriteArrayList<>();

    @Override
    public List<Snapshot> run(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        jobs.add(job);
        job.hyperparameters().h().ifPresent(h -> {
            if (HIDDEN_SIZE % h != 0) {
                throw new TrainingException("h = " + h + " does not divide d = " + HIDDEN_SIZE);
            }
        });
        int steps = job.hyperparameters().maxSteps().orElse(3);
        RunFiles files = job.files().orElseThrow();
        int from = savedStep(files);
        // So that there is something to lose from the first step on.
        writeConfig(job, job.output());
        for (int step = from + 1; step <= steps; step++) {
            if (cancelled.getAsBoolean()) {
                stopped.add(job);
                throw new TrainingException("cancelled before step " + step);
            }
            sleep();
            if (files.saveEvery() > 0 && step % files.saveEvery() == 0) {
                save(files, step);
            }
            if (step < steps && files.snapshots().dueAfter(step, steps)) {
                Path folder = files.folder().resolve("snapshots").resolve("step-%06d".formatted(step));
                write(job, folder, from);
            }
            progress.accept(new TrainingProgress(
                    step,
                    steps,
                    1,
                    1,
                    1.0 / step,
                    2e-5,
                    1000,
                    new TimeShares(0.3, 0.5, 0.1, 0.1),
                    Duration.ofMillis(step),
                    Duration.ofMillis(steps - step),
                    from));
        }
        write(job, job.output(), from);
        return steps(files.folder().resolve("snapshots")).stream()
                .map(folder -> new Snapshot(stepOf(folder), folder))
                .toList();
    }

    private static int savedStep(RunFiles files) {
        return steps(files.folder().resolve("state")).stream()
                .mapToInt(FakeFineTuner::stepOf)
                .max()
                .orElse(0);
    }

    /** As the real one does: a folder for each save, upon which the older ones go. */
    private static void save(RunFiles files, int step) {
        List<Path> older = steps(files.folder().resolve("state"));
        Path save = files.folder().resolve("state").resolve("step-%06d".formatted(step));
        try (StagedFolder staged = StagedFolder.beside(save)) {
            Files.writeString(staged.path().resolve("state.json"), Integer.toString(step));
            staged.replace();
            for (Path each : older) {
                Files.delete(each.resolve("state.json"));
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> steps(Path all) {
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(all)) {
            return found.filter(step -> step.getFileName().toString().startsWith("step-"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int stepOf(Path folder) {
        return Integer.parseInt(folder.getFileName().toString().substring("step-".length()));
    }

    private static void write(FineTuningJob job, Path folder, int from) {
        writeConfig(job, folder);
        try {
            Files.writeString(folder.resolve("tokenizer.json"), "{}");
            Files.write(folder.resolve("model.safetensors"), oneWeight(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeConfig(FineTuningJob job, Path folder) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < job.labels().size(); i++) {
            labels.put(Integer.toString(i), job.labels().label(i));
        }
        try {
            Files.write(
                    Files.createDirectories(folder).resolve("config.json"),
                    EventJson.write(Map.of("hidden_size", HIDDEN_SIZE, "id2label", labels)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] oneWeight(int value) {
        byte[] header = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} "
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .putFloat(value)
                .array();
    }

    private static void sleep() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
