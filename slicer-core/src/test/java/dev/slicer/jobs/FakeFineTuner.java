package dev.slicer.jobs;

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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Takes as many steps as it is told, of 2 ms each, and writes a model with one weight and a hidden size of 8. */
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
        List<Snapshot> snapshots = new ArrayList<>();
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
                Path folder = files.folder().resolve("snapshots/step-" + step);
                write(job, folder);
                snapshots.add(new Snapshot(step, folder));
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
        write(job, job.output());
        return snapshots;
    }

    private static int savedStep(RunFiles files) {
        Path state = files.folder().resolve("step");
        try {
            return Files.exists(state) ? Integer.parseInt(Files.readString(state)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void save(RunFiles files, int step) {
        try {
            Files.createDirectories(files.folder());
            Path whole = Files.writeString(files.folder().resolve("step.new"), Integer.toString(step));
            Files.move(whole, files.folder().resolve("step"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(FineTuningJob job, Path folder) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < job.labels().size(); i++) {
            labels.put(Integer.toString(i), job.labels().label(i));
        }
        try {
            Path output = Files.createDirectories(folder);
            Files.write(
                    output.resolve("config.json"),
                    EventJson.write(Map.of("hidden_size", HIDDEN_SIZE, "id2label", labels)));
            Files.writeString(output.resolve("tokenizer.json"), "{}");
            Files.write(output.resolve("model.safetensors"), oneWeight());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] oneWeight() {
        byte[] header = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} "
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .putFloat(1)
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
