package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.PrecisionProbe;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import dev.slicer.tokenization.SubTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Fine-tunes an encoder for named entity recognition with the SLICER objective (Schmidt, Vulić, Glavaš 2022). */
public final class FineTuning {
    /** Files of a model folder beside the weights that a fine-tuned model shares with its base. */
    private static final List<String> TOKENIZER_FILES = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "vocab.txt",
            "sentencepiece.bpe.model");

    /**
     * Pairs of sub-tokens that attend to each other in one pass. Attention keeps some ten bytes for each pair, head and
     * layer until the gradients are known: 1.5 GB for BERT base. A batch of 32 ordinary sentences has some 20,000 pairs.
     */
    private static final long MAX_ATTENTION_PAIRS = 1_000_000;

    private final FineTuningJob job;
    private final TorchProgram program;
    private final Precision precision;
    private final EncoderParameters parameters;
    private final List<TrainingExample> examples;
    private final LearningRateSchedule schedule;
    private final AdamW optimiser;
    private final LossScale lossScale;
    private final GradientPass gradientPass;
    private final int totalSteps;

    private FineTuning(
            FineTuningJob job,
            TorchProgram program,
            NDManager owner,
            Precision precision,
            List<TrainingExample> examples) {
        Hyperparameters hyperparameters = job.hyperparameters();
        this.job = job;
        this.program = program;
        this.precision = precision;
        this.examples = examples;
        this.parameters = EncoderParameters.loadEncoder(
                program, owner, job.baseModel(), job.labels().size(), hyperparameters.seed());
        this.totalSteps =
                hyperparameters.maxSteps().orElse(Math.multiplyExact(stepsPerEpoch(), hyperparameters.epochs()));
        this.schedule =
                LearningRateSchedule.linear(hyperparameters.learningRate(), hyperparameters.warmup(), totalSteps);
        this.optimiser = new AdamW(program, owner, parameters, hyperparameters, schedule);
        this.lossScale = LossScale.dynamic();
        int h = hyperparameters.h().orElse(parameters.config().hiddenSize());
        this.gradientPass = new GradientPass(program, parameters, precision, h, hyperparameters.dropout());
    }

    /**
     * Runs the job to its end.
     *
     * @param progress called after each optimiser step, on the calling thread
     * @param cancelled asked before each step
     * @throws TrainingException with a message for people: no entity in the corpus, a label that is not in the label
     *     set, h that does not divide d, a loss that is not finite, cancelled
     * @throws dev.slicer.checkpoint.CheckpointException when the base model cannot be read
     */
    public static void run(
            FineTuningJob job, EngineOptions options, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        EncoderConfig config = EncoderConfig.read(job.baseModel());
        requireDivisor(job.hyperparameters(), config.hiddenSize());
        int maxLength = Math.min(job.hyperparameters().maxLength(), config.maxLength() - 2);
        List<TrainingExample> examples;
        try (SubTokenizer tokenizer = SubTokenizer.open(job.baseModel().resolve("tokenizer.json"))) {
            examples = TrainingExample.of(job.train(), job.labels(), tokenizer, maxLength);
        }
        try (TorchProgram program = TorchProgram.load(options);
                NDManager owner = program.newScope()) {
            Precision precision = PrecisionProbe.choose(program, options);
            FineTuning training = new FineTuning(job, program, owner, precision, examples);
            training.train(progress, cancelled);
            training.write();
        }
    }

    private static void requireDivisor(Hyperparameters hyperparameters, int d) {
        hyperparameters.h().ifPresent(h -> {
            if (d % h != 0) {
                throw new TrainingException("h = " + h + " does not divide the encoder's hidden size " + d);
            }
        });
    }

    private int stepsPerEpoch() {
        int batchSize = job.hyperparameters().batchSize();
        return (examples.size() + batchSize - 1) / batchSize;
    }

    private void train(Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        long begin = System.nanoTime();
        Seeds seeds = new Seeds(job.hyperparameters().seed());
        int batchSize = job.hyperparameters().batchSize();
        int epochs = (totalSteps + stepsPerEpoch() - 1) / stepsPerEpoch();
        int step = 0;
        for (int epoch = 1; step < totalSteps; epoch++) {
            List<TrainingExample> shuffled = new ArrayList<>(examples);
            Collections.shuffle(shuffled, new Random(seeds.ofOrder(epoch)));
            for (int from = 0; from < shuffled.size() && step < totalSteps; from += batchSize) {
                if (cancelled.getAsBoolean()) {
                    throw new TrainingException("cancelled after step " + step + " of " + totalSteps);
                }
                step++;
                List<TrainingExample> batch = shuffled.subList(from, Math.min(from + batchSize, shuffled.size()));
                long stepBegin = System.nanoTime();
                program.seed(seeds.ofDropout(step));
                double loss = step(step, batch);
                long now = System.nanoTime();
                double tokens =
                        batch.stream().mapToInt(example -> example.ids().length).sum();
                progress.accept(new TrainingProgress(
                        step,
                        totalSteps,
                        epoch,
                        epochs,
                        loss,
                        schedule.at(step),
                        tokens / ((now - stepBegin) / 1e9),
                        Duration.ofNanos(now - begin),
                        Duration.ofNanos((now - begin) / step * (totalSteps - step))));
            }
        }
        optimiser.flush(totalSteps);
    }

    /** One optimiser step over a batch, in as many passes as gradients are accumulated over; the mean loss. */
    private double step(int step, List<TrainingExample> batch) {
        int passes = passes(batch);
        int labelled = TrainingExample.labelled(batch);
        VocabularyRows rows = VocabularyRows.of(batch);
        double loss = 0;
        try (NDManager scope = program.newScope()) {
            optimiser.beforeReading(scope, rows.unique(), step);
            NDArray unique = scope.create(rows.unique());
            NDArray wordGradients = null;
            for (int pass = 0; pass < passes; pass++) {
                List<TrainingExample> part =
                        batch.subList(batch.size() * pass / passes, batch.size() * (pass + 1) / passes);
                double scale = precision == Precision.FP16 ? lossScale.value() : 1;
                GradientPass.Result result =
                        gradientPass.run(scope, part, rows, unique, optimiser.gradients(), labelled, scale);
                loss += result.loss();
                wordGradients =
                        wordGradients == null ? result.wordGradients() : wordGradients.addi(result.wordGradients());
            }
            if (!Double.isFinite(loss)) {
                throw new TrainingException(
                        "the loss is " + loss + " at step " + step + "; try a lower learning rate or fp32");
            }
            if (precision != Precision.FP16 || unscaled(scope, wordGradients)) {
                optimiser.step(scope, step, rows.unique(), wordGradients);
            }
        }
        return loss;
    }

    /** As many as asked for, and more where a batch of very long sentences would not fit into memory otherwise. */
    private int passes(List<TrainingExample> batch) {
        long pairs = batch.stream()
                .mapToLong(example -> (long) example.ids().length * example.ids().length)
                .sum();
        long needed = (pairs + MAX_ATTENTION_PAIRS - 1) / MAX_ATTENTION_PAIRS;
        return (int) Math.min(batch.size(), Math.max(job.hyperparameters().accumulation(), needed));
    }

    /** fp16: divides the gradients by the loss scale; false when they overflowed and the step is to be skipped. */
    private boolean unscaled(NDManager scope, NDArray wordGradients) {
        List<NDArray> all = new ArrayList<>(optimiser.gradients());
        all.add(wordGradients);
        boolean finite = program.call(
                                scope,
                                "unscale",
                                false,
                                Argument.of(scope.create(new double[] {lossScale.value()})),
                                Argument.of(all))
                        .get(0)
                        .getFloat(0)
                == 1;
        if (finite) {
            lossScale.finite();
        } else {
            lossScale.overflowed();
        }
        return finite;
    }

    private void write() {
        Path output = job.output();
        try {
            Files.createDirectories(output);
            parameters.write(output.resolve("model.safetensors"));
            parameters.config().writeTokenClassifier(job.baseModel(), job.labels(), output.resolve("config.json"));
            for (String name : TOKENIZER_FILES) {
                Path file = job.baseModel().resolve(name);
                if (Files.exists(file)) {
                    Files.copy(file, output.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the fine-tuned model to " + output + ": " + e.getMessage(), e);
        }
    }
}
