package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.ModelWeights;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.checkpoint.files.StagedFolder;
import dev.slicer.checkpoint.tokenizer.TokenizerFiles;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.PrecisionProbe;
import dev.slicer.engine.SideBySide;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.io.IoProblem;
import dev.slicer.tokenization.SubTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Fine-tunes an encoder for named entity recognition with the SLICER objective (Schmidt, Vulić, Glavaš 2022). */
public final class FineTuning {
    /**
     * Where there are more cores, all of them share one pass after the other: each pass at a time has gradients of its own, 0.2 GB
     * for BERT base.
     */
    private static final int MOST_SIDE_BY_SIDE = 8;

    private final FineTuningJob job;
    private final TorchProgram program;
    private final Precision precision;
    private final TrainedModel model;
    private final BatchPlan plan;
    private final Seeds seeds;
    private final LearningRateSchedule schedule;
    private final AdamW optimiser;
    private final Optional<TrainingState> state;
    private final GradientPass gradientPass;
    private final Batching batching;
    private final int totalSteps;
    private LossScale lossScale = LossScale.dynamic();

    private FineTuning(
            FineTuningJob job,
            TorchProgram program,
            NDManager owner,
            Precision precision,
            int cores,
            List<TrainingExample> examples) {
        Hyperparameters hyperparameters = job.hyperparameters();
        this.job = job;
        this.program = program;
        this.precision = precision;
        this.seeds = new Seeds(hyperparameters.seed());
        this.plan = new BatchPlan(examples, hyperparameters.batchSize(), seeds);
        this.model = TrainedModel.load(program, owner, job, precision, seeds);
        this.totalSteps =
                hyperparameters.maxSteps().orElse(Math.multiplyExact(plan.stepsPerEpoch(), hyperparameters.epochs()));
        this.schedule =
                LearningRateSchedule.linear(hyperparameters.learningRate(), hyperparameters.warmup(), totalSteps);
        this.optimiser = new AdamW(program, owner, model.trained(), model.copies(), hyperparameters, schedule);
        EncoderConfig config = model.config();
        Dropout dropout = new Dropout(hyperparameters.dropout());
        this.gradientPass =
                new GradientPass(program, model, precision, hyperparameters.h().orElse(config.hiddenSize()), dropout);
        int sideBySide = cores <= MOST_SIDE_BY_SIDE ? cores : 1;
        this.batching = new Batching(config, hyperparameters.accumulation(), sideBySide);
        this.state = job.files()
                .filter(files -> files.saveEvery() > 0)
                .map(files -> new TrainingState(job, files, program, model.trained(), optimiser));
    }

    /**
     * Runs the job to its end, from its start or from the state that an earlier process saved in {@link RunFiles}. A run
     * that is taken up again ends as one that was never interrupted.
     *
     * @param progress called after each optimiser step, on the calling thread
     * @param cancelled asked before each step
     * @return the models that the run kept on its way, oldest first
     * @throws TrainingException with a message for people: no sentence or no entity in the corpora, a label that is not in
     *     the label set, h that does not divide d, adapters of a rank over d, a loss that is not finite, files of another run, a full disk, cancelled
     * @throws dev.slicer.checkpoint.files.CheckpointException when the base model cannot be read
     */
    public static List<Snapshot> run(
            FineTuningJob job, EngineOptions options, Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        EncoderConfig config = EncoderConfig.read(job.baseModel());
        requireFit(job.hyperparameters(), config.hiddenSize());
        if (options.precision().equals(Optional.of(Precision.INT8))) {
            throw new TrainingException("precision int8 is for tagging; train in fp32, bf16 or fp16");
        }
        int maxLength = Math.min(job.hyperparameters().maxLength(), config.maxLength() - 2);
        List<TrainingExample> examples;
        try (SubTokenizer tokenizer = SubTokenizer.ofModel(job.baseModel())) {
            examples = TrainingExample.of(job.train(), job.labels(), tokenizer, maxLength);
        }
        try (TorchProgram program = TorchProgram.load(options);
                NDManager owner = program.newScope()) {
            Precision precision = PrecisionProbe.forTraining(program, options);
            FineTuning training = new FineTuning(job, program, owner, precision, options.coresOfPasses(), examples);
            training.train(progress, cancelled);
            training.write(job.output());
        }
        return job.files().map(RunFiles::kept).orElseGet(List::of);
    }

    private static void requireFit(Hyperparameters hyperparameters, int d) {
        hyperparameters.h().ifPresent(h -> {
            if (d % h != 0) {
                throw new TrainingException("h = " + h + " does not divide the encoder's hidden size " + d);
            }
        });
        hyperparameters.loraRank().ifPresent(rank -> {
            if (rank > d) {
                throw new TrainingException(
                        "adapters of rank " + rank + " do not fit: the encoder's hidden size is " + d);
            }
        });
    }

    private void train(Consumer<TrainingProgress> progress, BooleanSupplier cancelled) {
        long begin = System.nanoTime();
        int resumedFrom = resume();
        try (Prefetcher<Batch> batches = new Prefetcher<>(this::batch, resumedFrom + 1, totalSteps)) {
            for (int step = resumedFrom + 1; step <= totalSteps; step++) {
                if (cancelled.getAsBoolean()) {
                    throw new TrainingException("cancelled after step " + (step - 1) + " of " + totalSteps);
                }
                StepClock clock = new StepClock();
                Batch batch = clock.data(batches::next);
                double loss = step(step, batch, clock);
                keep(step);
                long elapsed = System.nanoTime() - begin;
                progress.accept(new TrainingProgress(
                        step,
                        totalSteps,
                        plan.epochOf(step),
                        plan.epochOf(totalSteps),
                        loss,
                        schedule.at(step),
                        batch.tokens() / clock.seconds(),
                        clock.shares(),
                        Duration.ofNanos(elapsed),
                        Duration.ofNanos(elapsed / (step - resumedFrom) * (totalSteps - step)),
                        resumedFrom));
            }
        }
        optimiser.flush(totalSteps);
    }

    private Batch batch(int step) {
        return batching.batch(plan.examplesOf(step), seeds.ofDropout(step));
    }

    /** The step that is done already. */
    private int resume() {
        job.files().ifPresent(RunFiles::tidy);
        Optional<TrainingState.Resumed> resumed = state.flatMap(TrainingState::restore);
        resumed.ifPresent(from -> {
            optimiser.resumeAfter(from.step(), from.stepsTaken());
            lossScale = LossScale.restored(from.lossScale());
            model.refresh();
        });
        int step = resumed.map(TrainingState.Resumed::step).orElse(0);
        job.files().ifPresent(files -> files.discardSnapshotsAfter(step));
        return step;
    }

    /** Snapshot and state come with the end of the run otherwise. */
    private void keep(int step) {
        if (job.files().isEmpty() || step == totalSteps) {
            return;
        }
        RunFiles files = job.files().get();
        boolean snapshot = files.snapshots().dueAfter(step, plan.stepsPerEpoch());
        boolean save = files.savesAfter(step);
        if (snapshot || save) {
            optimiser.flush(step);
        }
        if (snapshot) {
            try (StagedFolder staged = StagedFolder.beside(files.snapshotFolder(step))) {
                write(staged.path());
                staged.replace();
            }
        }
        if (save) {
            state.ifPresent(saved -> saved.save(step, optimiser.stepsTaken(step), lossScale));
        }
    }

    /** One optimiser step over a batch; the mean loss. */
    private double step(int step, Batch batch, StepClock clock) {
        double loss = 0;
        List<List<NDArray>> gradients = new ArrayList<>();
        try (NDManager scope = program.newScope()) {
            clock.optimiser(() -> optimiser.beforeReading(scope, batch.vocabulary(), step));
            NDArray vocabulary = scope.create(batch.vocabulary());
            for (List<Batch.Pass> round : batch.rounds()) {
                if (!gradients.isEmpty()) {
                    addUp(scope, gradients);
                }
                List<Computed> computed = clock.passes(() -> SideBySide.map(
                        round, round.size(), pass -> compute(scope, pass, round.size(), vocabulary, batch, clock)));
                for (Computed pass : computed) {
                    loss += pass.loss();
                    gradients.add(pass.gradients());
                }
            }
            if (!Double.isFinite(loss)) {
                throw new TrainingException(
                        "the loss is " + loss + " at step " + step + "; try a lower learning rate or fp32");
            }
            clock.optimiser(() -> {
                if (precision == Precision.FP16) {
                    addUp(scope, gradients);
                }
                if (precision != Precision.FP16 || unscaled(scope, gradients.get(0))) {
                    optimiser.step(scope, step, batch.vocabulary(), gradients);
                } else {
                    optimiser.skip(step);
                }
            });
        }
        return loss;
    }

    /** Leaves one of the gradients, their sum, and frees what they were: 0.2 GB each for BERT base. */
    private void addUp(NDManager scope, List<List<NDArray>> gradients) {
        List<NDArray> sums = GradientPass.sums(program, scope, gradients);
        gradients.forEach(pass -> pass.forEach(NDArray::close));
        gradients.clear();
        gradients.add(sums);
    }

    private record Computed(double loss, List<NDArray> gradients) {}

    /** @param together how many passes are computed at once */
    private Computed compute(
            NDManager scope, Batch.Pass pass, int together, NDArray vocabulary, Batch batch, StepClock clock) {
        // What a pass leaves would pile up until the step's end otherwise, 0.3 GB of activations for BERT base.
        try (NDManager ofPass = scope.newSubManager()) {
            Supplier<Computed> work = () -> {
                GradientPass.Forward forward =
                        clock.forward(() -> gradientPass.forward(ofPass, pass, vocabulary, batch.labelled()));
                List<NDArray> gradients = clock.backward(() -> gradientPass.backward(ofPass, forward, scale()));
                gradients.forEach(gradient -> gradient.attach(scope));
                return new Computed(forward.loss(), gradients);
            };
            return together == 1 ? work.get() : TorchProgram.onCores(1, work);
        }
    }

    private double scale() {
        return precision == Precision.FP16 ? lossScale.value() : 1;
    }

    /** fp16: divides the gradients by the loss scale; false when they overflowed and the step is to be skipped. */
    private boolean unscaled(NDManager scope, List<NDArray> gradients) {
        boolean finite = program.call(
                                scope,
                                "unscale",
                                false,
                                Argument.of(scope.create(new double[] {lossScale.value()})),
                                Argument.of(gradients))
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

    private void write(Path output) {
        try {
            Files.createDirectories(output);
            model.write(output.resolve(ModelWeights.SINGLE));
            model.config().writeTokenClassifier(job.baseModel(), job.labels(), output.resolve("config.json"));
            TokenizerFiles.copy(ModelFiles.in(job.baseModel()), output);
        } catch (IOException e) {
            throw new TrainingException("cannot write the fine-tuned model to " + output + ": " + IoProblem.of(e), e);
        }
    }
}
