package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.Hyperparameters.WordUpdates;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The model of a run: what its passes read, what of that is trained, and what is written of it. */
sealed interface TrainedModel permits WholeModel, AdaptedModel {

    /**
     * The base model under a new classifier, as it is before the first step.
     *
     * @param owner manager that the model belongs to
     * @param precision of the products
     */
    static TrainedModel load(
            TorchProgram program, NDManager owner, FineTuningJob job, Precision precision, Seeds seeds) {
        Hyperparameters hyperparameters = job.hyperparameters();
        boolean adapted = hyperparameters.loraRank().isPresent();
        EncoderParameters parameters = EncoderParameters.loadEncoder(
                program,
                owner,
                job.baseModel(),
                job.labels().size(),
                hyperparameters.seed(),
                adapted ? precision : Precision.FP32);
        return adapted
                ? new AdaptedModel(
                        program,
                        job.baseModel(),
                        parameters,
                        parameters.adaptersAndClassifier(
                                owner, hyperparameters.loraRank().getAsInt(), seeds.ofAdapters()))
                : WholeModel.of(
                        program, owner, parameters, hyperparameters.wordUpdates() != WordUpdates.FROZEN, precision);
    }

    EncoderConfig config();

    /** All that passes read, in the order that the program expects; what is trained comes last. */
    List<NDArray> arrays();

    /** How many of {@link #arrays} are adapters. */
    int adapters();

    /** What the optimiser moves, in fp32. */
    EncoderParameters trained();

    /** For each that is trained the copy among {@link #arrays} that the optimiser is to write too, where there is one. */
    List<Optional<NDArray>> copies();

    /** Brings the copies to what the parameters are now. */
    void refresh();

    /** Writes the weights of a model as any other. */
    void write(Path safetensors);
}
