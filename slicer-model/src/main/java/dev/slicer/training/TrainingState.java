package dev.slicer.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.FileDigest;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.corpus.Corpus;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.TorchProgram;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * What a run needs to go on after a step: the parameters that it trains, both moments, loss scale and the step. Order and dropout follow from
 * seed and step ({@link Seeds}). Each save is a folder of its own that appears whole; the one before goes when it has.
 */
final class TrainingState {
    private static final String PROGRESS = "state.json";

    private final RunFiles files;
    private final JsonNode run;
    private final TorchProgram program;
    /** Parameters and moments by the name of their file. */
    private final Map<String, EncoderParameters> tensors;

    /**
     * What makes a run this one and no other.
     *
     * @param train fingerprints of the corpora
     * @param baseWeightBytes size, which is enough beside the configuration to notice a mistake
     */
    private record Run(
            Hyperparameters hyperparameters,
            List<String> labels,
            List<String> train,
            String baseConfigSha256,
            long baseWeightBytes) {}

    /**
     * @param run as JSON
     * @param stepsTaken steps that fp16 did not skip; earlier versions, which counted all, do not say
     */
    private record Progress(JsonNode run, int step, OptionalInt stepsTaken, LossScale.State lossScale) {}

    /** @param parameters that the optimiser has moments of */
    TrainingState(
            FineTuningJob job, RunFiles files, TorchProgram program, EncoderParameters parameters, AdamW optimiser) {
        this.files = files;
        this.program = program;
        this.tensors = Map.of(
                "weights.safetensors", parameters,
                "means.safetensors", parameters.withArrays(optimiser.means()),
                "squares.safetensors", parameters.withArrays(optimiser.squares()));
        this.run = asRead(new Run(
                job.hyperparameters(),
                job.labels().labels(),
                job.train().stream().map(Corpus::fingerprint).toList(),
                FileDigest.of(job.baseModel().resolve("config.json")).sha256(),
                ModelWeights.bytes(job.baseModel())));
    }

    /** As it comes out of a file, where a small long is an int. */
    private static JsonNode asRead(Run run) {
        try {
            return Json.mapper().readTree(Json.mapper().writeValueAsBytes(run));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Brings the parameters and moments to where the last save left them.
     *
     * @return empty where nothing was saved
     * @throws TrainingException where the folder holds another run's state
     */
    Optional<Resumed> restore() {
        SortedMap<Integer, Path> saves = files.saves();
        if (saves.isEmpty()) {
            return Optional.empty();
        }
        Path newest = saves.get(saves.lastKey());
        Progress progress = read(newest.resolve(PROGRESS));
        requireSame(progress.run());
        tensors.forEach((name, parameters) -> parameters.restore(program, newest.resolve(name)));
        return Optional.of(
                new Resumed(progress.step(), progress.stepsTaken().orElse(progress.step()), progress.lossScale()));
    }

    /**
     * @param step optimiser steps done
     * @param stepsTaken those that were not skipped
     */
    record Resumed(int step, int stepsTaken, LossScale.State lossScale) {}

    /**
     * @throws TrainingException where the disk refuses; the save before is as it was
     */
    void save(int step, int stepsTaken, LossScale lossScale) {
        Collection<Path> older = files.saves().values();
        Path target = files.saveFolder(step);
        try (StagedFolder staged = StagedFolder.beside(target)) {
            tensors.forEach((name, parameters) -> parameters.write(staged.path().resolve(name)));
            Files.write(
                    staged.path().resolve(PROGRESS),
                    Json.mapper()
                            .writeValueAsBytes(new Progress(run, step, OptionalInt.of(stepsTaken), lossScale.state())));
            staged.replace();
        } catch (IOException | CheckpointException e) {
            throw new TrainingException(
                    "the state after step " + step + " cannot be saved to " + target + ": " + e.getMessage(), e);
        }
        older.stream().filter(save -> !save.equals(target)).forEach(TrainingState::delete);
    }

    private static void delete(Path save) {
        try (StagedFolder away = StagedFolder.beside(save)) {
            Files.move(save, away.path().resolve(save.getFileName()));
        } catch (IOException e) {
            throw new TrainingException("the older state " + save + " cannot be deleted: " + IoProblem.of(e), e);
        }
    }

    private static Progress read(Path file) {
        try {
            return Json.mapper().readValue(Files.readAllBytes(file), Progress.class);
        } catch (JsonProcessingException e) {
            throw new CheckpointException(
                    file, "is no state of a run: " + JsonProblem.of(e).message(), e);
        } catch (IOException e) {
            throw new CheckpointException(file, "cannot be read: " + IoProblem.of(e), e);
        }
    }

    private void requireSame(JsonNode saved) {
        List<String> different = new ArrayList<>();
        run.fieldNames().forEachRemaining(name -> {
            if (!run.get(name).equals(saved.get(name))) {
                different.add(name + " (" + saved.get(name) + " there, " + run.get(name) + " here)");
            }
        });
        if (!different.isEmpty()) {
            throw new TrainingException(files.folder() + " holds the state of another run, which differs in "
                    + String.join(", ", different));
        }
    }
}
