package dev.slicer.experiments;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.analysis.TokenGroup;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.corpus.Corpus;
import dev.slicer.engine.EngineOptions;
import dev.slicer.json.Json;
import dev.slicer.labels.LabelSet;
import dev.slicer.models.fetching.DownloadListener;
import dev.slicer.tagging.Tagger;
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
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Stands in for what takes minutes and gigabytes. A fine-tuning run takes as many steps as it is told, and three where it is
 * told epochs; its models have one weight, the step that the run went on from. Taggers take words with a capital letter for
 * places.
 */
public class FakeEngine implements Engine {
    /** Long enough to be interrupted. */
    private static final Duration STEP = Duration.ofMillis(2);

    private static final int STEPS = 3;

    public final List<FineTuningJob> jobs = new CopyOnWriteArrayList<>();
    public final List<FineTuningJob> stopped = new CopyOnWriteArrayList<>();
    public final List<EngineOptions> options = new CopyOnWriteArrayList<>();

    private final int hiddenSize;
    private final Function<String, ?> references;
    private final Function<String, Tagger> taggers;
    private final Duration step;

    /** Of models with a hidden size of 8. */
    public FakeEngine(Function<String, ?> references) {
        this(8, references, CapitalsTagger::new, STEP);
    }

    /**
     * @param references what a reference names, such as {@link dev.slicer.models.hub.ModelReference#parse}
     * @param taggers by the id of the model
     * @param step what each step of a run takes
     */
    public FakeEngine(int hiddenSize, Function<String, ?> references, Function<String, Tagger> taggers, Duration step) {
        this.hiddenSize = hiddenSize;
        this.references = references;
        this.taggers = taggers;
        this.step = step;
    }

    /** Where a model would be; there is none. */
    @Override
    public Path baseModel(String reference, DownloadListener listener) {
        return Path.of("models", references.apply(reference).toString());
    }

    @Override
    public Tagger tagger(ModelFiles checkpoint, String modelId) {
        return taggers.apply(modelId);
    }

    @Override
    public Optional<String> borders(ModelFiles checkpoint) {
        return Optional.empty();
    }

    @Override
    public SelfAttentionShares selfAttention(
            ModelFiles model, Corpus corpus, TokenGroup tokens, SelfAttention.Progress progress) {
        return new SelfAttentionShares(List.of(0.25, 0.5), 1, corpus.sentences().size());
    }

    @Override
    public Engine with(EngineOptions other) {
        options.add(other);
        return this;
    }

    @Override
    public List<Snapshot> fineTune(FineTuningJob job, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        jobs.add(job);
        job.hyperparameters().h().ifPresent(h -> {
            if (hiddenSize % h != 0) {
                throw new TrainingException("h = " + h + " does not divide the encoder's hidden size " + hiddenSize);
            }
        });
        int steps = job.hyperparameters().maxSteps().orElse(STEPS);
        RunFiles files = job.files().orElseThrow();
        int from = savedStep(files);
        // So that there is something to lose from the first step on.
        writeConfig(job.output(), job.labels(), hiddenSize);
        for (int at = from + 1; at <= steps; at++) {
            if (cancelled.getAsBoolean()) {
                stopped.add(job);
                throw new TrainingException("cancelled before step " + at);
            }
            pause();
            if (files.saveEvery() > 0 && at % files.saveEvery() == 0) {
                save(files, at);
            }
            if (at < steps && files.snapshots().dueAfter(at, steps)) {
                writeModel(
                        files.folder().resolve("snapshots").resolve("step-%06d".formatted(at)),
                        job.labels(),
                        hiddenSize,
                        from);
            }
            progress.accept(new TrainingProgress(
                    at,
                    steps,
                    1,
                    1,
                    1.0 / at,
                    2e-5,
                    1000,
                    new TimeShares(0.3, 0.5, 0.1, 0.1),
                    Duration.ofMillis(at),
                    Duration.ofMillis(steps - at),
                    from));
        }
        writeModel(job.output(), job.labels(), hiddenSize, from);
        return steps(files.folder().resolve("snapshots")).stream()
                .map(folder -> new Snapshot(stepOf(folder), folder))
                .toList();
    }

    private static int savedStep(RunFiles files) {
        return steps(files.folder().resolve("state")).stream()
                .mapToInt(FakeEngine::stepOf)
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

    /** A model as far as files tell. */
    public static Path writeModel(Path folder, LabelSet labels, int hiddenSize, float weight) {
        writeConfig(folder, labels, hiddenSize);
        try {
            Files.writeString(folder.resolve("tokenizer.json"), "{}");
            Files.write(folder.resolve("model.safetensors"), oneWeight(weight));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The {@code config.json} of such a model. */
    protected static void writeConfig(Path folder, LabelSet labels, int hiddenSize) {
        Map<String, String> byId = new LinkedHashMap<>();
        for (int i = 0; i < labels.size(); i++) {
            byId.put(Integer.toString(i), labels.label(i));
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "bert");
        config.put("hidden_act", "gelu");
        config.put("hidden_size", hiddenSize);
        config.put("num_hidden_layers", 1);
        config.put("num_attention_heads", 1);
        config.put("intermediate_size", hiddenSize);
        config.put("vocab_size", 1);
        config.put("max_position_embeddings", 512);
        config.put("id2label", byId);
        try {
            Files.write(
                    Files.createDirectories(folder).resolve("config.json"),
                    Json.mapper().writeValueAsBytes(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The format's length of the header, header and data. */
    private static byte[] oneWeight(float value) {
        byte[] header = "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} "
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .putFloat(value)
                .array();
    }

    /** The weight of such a model. */
    public static float weight(Path model) {
        try {
            byte[] file = Files.readAllBytes(model.resolve("model.safetensors"));
            return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getFloat(file.length - Float.BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pause() {
        try {
            Thread.sleep(step.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
