package dev.slicer.jobs;

import dev.slicer.events.EventJson;
import dev.slicer.training.FineTuningJob;
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

/** Takes as many steps as it is told, of 2 ms each, and writes a model with one weight and a hidden size of 8. */
public final class FakeFineTuner implements FineTuner {
    private static final int HIDDEN_SIZE = 8;

    public final List<FineTuningJob> jobs = new CopyOnWriteArrayList<>();
    public final List<FineTuningJob> stopped = new CopyOnWriteArrayList<>();

    @Override
    public void run(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        jobs.add(job);
        job.hyperparameters().h().ifPresent(h -> {
            if (HIDDEN_SIZE % h != 0) {
                throw new TrainingException("h = " + h + " does not divide d = " + HIDDEN_SIZE);
            }
        });
        int steps = job.hyperparameters().maxSteps().orElse(3);
        for (int step = 1; step <= steps; step++) {
            if (cancelled.getAsBoolean()) {
                stopped.add(job);
                throw new TrainingException("cancelled before step " + step);
            }
            sleep();
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
                    0));
        }
        write(job);
    }

    private static void write(FineTuningJob job) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < job.labels().size(); i++) {
            labels.put(Integer.toString(i), job.labels().label(i));
        }
        try {
            Path output = Files.createDirectories(job.output());
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
