package dev.slicer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.checkpoint.safetensors.SafetensorsWriter;
import dev.slicer.checkpoint.safetensors.TensorView;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The mean of models' weights: a model of the same kind that transfers more steadily than each of them, at no cost when
 * it predicts (Schmidt, Vulić and Glavaš 2023, arXiv 2305.16834, over a run's checkpoints; 2310.10532, over runs).
 */
public final class WeightAverage {
    private static final String CONFIG = "config.json";
    /** What makes two models compute the same function of their weights. */
    private static final List<String> ARCHITECTURE = List.of(
            "model_type",
            "hidden_size",
            "num_hidden_layers",
            "num_attention_heads",
            "intermediate_size",
            "vocab_size",
            "max_position_embeddings",
            "hidden_act",
            "layer_norm_eps",
            "pad_token_id",
            "id2label");

    /** 0, 1, 2 …, which older versions of transformers stored; not a weight. */
    private static final String POSITION_IDS = "position_ids";

    private static final int CHUNK_ELEMENTS = 1 << 16;

    private WeightAverage() {}

    /**
     * Writes the mean of the models' weights in fp32, with the configuration and the tokenizer of the first. Of each model
     * one tensor at a time is mapped, and a small part of it read.
     *
     * @param models in HuggingFace's layout; a model named twice counts twice
     * @param output a new folder, which appears whole or not at all
     * @throws IllegalArgumentException when no model is given
     * @throws CheckpointException naming the file, and the tensor where it is one, when the output exists or cannot be
     *     written, when a model cannot be read, or when it differs from the first one in its architecture, labels,
     *     vocabulary, tensors' names or shapes
     */
    public static void write(List<ModelFiles> models, Path output) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("an average needs at least one model");
        }
        if (Files.exists(output)) {
            throw new CheckpointException(output, "exists already");
        }
        models.forEach(model -> requireLike(models.get(0), model));
        List<ModelWeights> weights = new ArrayList<>();
        try (StagedFolder staged = StagedFolder.beside(output)) {
            for (ModelFiles model : models) {
                weights.add(ModelWeights.open(model));
            }
            writeWeights(weights, staged.path().resolve(ModelWeights.SINGLE));
            writeConfig(models.get(0), staged.path());
            TokenizerFiles.copy(models.get(0), staged.path());
            staged.publish();
        } catch (IOException failure) {
            throw new CheckpointException(output, "cannot be written: " + IoProblem.of(failure), failure);
        } finally {
            weights.forEach(ModelWeights::close);
        }
    }

    private static void requireLike(ModelFiles first, ModelFiles model) {
        JsonNode expected = json(first);
        JsonNode found = json(model);
        for (String field : ARCHITECTURE) {
            if (!found.path(field).equals(expected.path(field))) {
                throw new CheckpointException(
                        model.path(CONFIG),
                        "has " + shown(field, found) + " where " + first.path(CONFIG) + " has "
                                + shown(field, expected));
            }
        }
        requireSameTokenizer(first, model);
    }

    /** The rest of a tokenizer's files, truncation for one, is not what the weights were learnt for. */
    private static void requireSameTokenizer(ModelFiles first, ModelFiles model) {
        // Parsing takes seconds for a large vocabulary, and a run's checkpoints have the same files.
        if (TokenizerFiles.areSame(first, model)) {
            return;
        }
        TokenizerFiles expected = TokenizerFiles.read(first);
        TokenizerFiles found = TokenizerFiles.read(model);
        found.differenceFrom(expected).ifPresent(difference -> {
            throw new CheckpointException(found.file(), difference + " " + expected.file());
        });
    }

    private static String shown(String field, JsonNode config) {
        return config.has(field) ? field + " " + config.path(field) : "no " + field;
    }

    private static ObjectNode json(ModelFiles model) {
        Path file = model.path(CONFIG);
        try {
            return Json.mapper().readValue(model.read(CONFIG), ObjectNode.class);
        } catch (JsonProcessingException failure) {
            throw new CheckpointException(
                    file, "is no JSON object: " + JsonProblem.of(failure).message(), failure);
        } catch (IOException failure) {
            throw new CheckpointException(file, "cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static void writeConfig(ModelFiles model, Path target) throws IOException {
        ObjectNode config = json(model);
        ModelConfig.declareFloat32(config);
        Files.write(
                target.resolve(CONFIG),
                Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(config));
    }

    private static void writeWeights(List<ModelWeights> models, Path target) {
        ModelWeights first = models.get(0);
        Set<String> names = weights(first);
        models.forEach(model -> requireSameNames(names, first, weights(model), model));
        List<SafetensorsWriter.Entry> entries = names.stream()
                .map(name ->
                        new SafetensorsWriter.Entry(name, first.tensor(name).shape()))
                .toList();
        try (SafetensorsWriter writer = SafetensorsWriter.create(target, entries)) {
            for (String name : names) {
                List<TensorView> views = new ArrayList<>();
                for (ModelWeights model : models) {
                    TensorView view = model.tensor(name);
                    views.add(view);
                    requireAverageable(views.get(0), view, model.file(name));
                }
                writeMean(views, writer);
            }
            writer.finish();
        }
    }

    /** In the order of their data. */
    private static Set<String> weights(ModelWeights model) {
        Set<String> names = new LinkedHashSet<>(model.names());
        names.removeIf(name -> name.endsWith(POSITION_IDS));
        return names;
    }

    private static void requireSameNames(
            Set<String> expected, ModelWeights first, Set<String> found, ModelWeights model) {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(found);
        Set<String> surplus = new TreeSet<>(found);
        surplus.removeAll(expected);
        for (String name : missing) {
            throw new CheckpointException(
                    model.file(name), "has no tensor '" + name + "', which " + first.file(name) + " has");
        }
        for (String name : surplus) {
            throw new CheckpointException(
                    model.file(name), "has a tensor '" + name + "', which " + first.file(name) + " lacks");
        }
    }

    private static void requireAverageable(TensorView first, TensorView view, Path file) {
        if (!view.type().isFloatingPoint()) {
            throw new CheckpointException(
                    file, "tensor '" + view.name() + "' has type " + view.type() + ", expected F32, F16 or BF16");
        }
        if (!Arrays.equals(first.shape(), view.shape())) {
            throw new CheckpointException(
                    file,
                    "tensor '" + view.name() + "' has shape " + Arrays.toString(view.shape())
                            + " where the first model's has " + Arrays.toString(first.shape()));
        }
    }

    /** Sums of fp32 numbers in fp64 hardly round, so that the models' order does not matter. */
    private static void writeMean(List<TensorView> views, SafetensorsWriter writer) {
        TensorView first = views.get(0);
        int elements = first.elements();
        for (int from = 0; from < elements; from += CHUNK_ELEMENTS) {
            float[] values = new float[Math.min(CHUNK_ELEMENTS, elements - from)];
            double[] sums = new double[values.length];
            for (TensorView view : views) {
                view.read(from, values);
                for (int i = 0; i < values.length; i++) {
                    sums[i] += values[i];
                }
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (sums[i] / views.size());
            }
            writer.write(first.name(), values);
        }
    }
}
