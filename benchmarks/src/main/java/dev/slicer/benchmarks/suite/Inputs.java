package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.subjects.SubjectProcess;
import dev.slicer.benchmarks.subjects.TaggingCheckpoint;
import dev.slicer.benchmarks.workload.Workload;
import dev.slicer.io.Home;
import dev.slicer.models.ModelStore;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.models.hub.ModelReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/** Models that the subjects get, made or fetched once. */
public final class Inputs {
    private final BenchmarkOptions options;
    private final Path folder;

    /** @param folder for the data that the subjects read */
    public Inputs(BenchmarkOptions options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path baseModel() {
        ModelStore store = new ModelStore(Home.ofProcess().models());
        return store.resolve(ModelReference.parse(options.model()), new PhaseListener());
    }

    /** The one that was asked for, or one of our own making. */
    Path checkpoint() throws IOException, InterruptedException {
        if (options.checkpoint().isPresent()) {
            return options.checkpoint().get();
        }
        Path base = baseModel();
        Workload sentences = Workload.checkpoint(options.data(), base, folder);
        CRC32 key = new CRC32();
        key.update(options.model().getBytes(StandardCharsets.UTF_8));
        key.update(Files.readAllBytes(sentences.data()));
        Path checkpoint =
                options.cache().resolve("checkpoint-%d-%x".formatted(TaggingCheckpoint.STEPS, key.getValue()));
        if (!Files.isDirectory(checkpoint)) {
            Progress.say("fine-tuning the checkpoint to tag with, %d steps, once", TaggingCheckpoint.STEPS);
            Path staged = Files.createTempDirectory(options.cache(), "checkpoint-staged-");
            ProcessBuilder training = new ProcessBuilder(
                            SubjectProcess.java(TaggingCheckpoint.class, List.of(base, sentences.data(), staged)))
                    .inheritIO();
            training.environment().putAll(SubjectProcess.LAUNCHER);
            if (training.start().waitFor() != 0) {
                throw new IOException("the checkpoint could not be fine-tuned; the reason is above");
            }
            Files.move(staged, checkpoint, StandardCopyOption.ATOMIC_MOVE);
        }
        return checkpoint;
    }

    /** Test sentences of all languages, a text each. */
    List<String> texts(Path checkpoint) throws IOException {
        return Files.readAllLines(Workload.tagging(options.data(), checkpoint, folder, options.size())
                .data());
    }

    /** Says each phase of fetching the base model once. */
    private static final class PhaseListener implements DownloadListener {
        private String phase = "";

        @Override
        public synchronized void report(String current, long bytesDone, OptionalLong bytesTotal) {
            if (!current.equals(phase)) {
                phase = current;
                Progress.say("%s", current);
            }
        }
    }
}
