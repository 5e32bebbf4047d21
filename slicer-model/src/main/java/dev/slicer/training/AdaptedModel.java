package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.TorchProgram;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An encoder that stays as it is, in the products' precision, with low-rank adapters of its matrix products (LoRA, Hu et al. 2022):
 * these and the classifier alone have gradients and moments. In fp32 the encoder is only where it comes from.
 */
final class AdaptedModel implements TrainedModel {
    private final TorchProgram program;
    private final Path baseModel;
    private final EncoderParameters frozen;
    private final EncoderParameters trained;
    private final List<NDArray> arrays;

    /** @param trained adapters, and the classifier, which is {@code frozen}'s */
    AdaptedModel(TorchProgram program, Path baseModel, EncoderParameters frozen, EncoderParameters trained) {
        this.program = program;
        this.baseModel = baseModel;
        this.frozen = frozen;
        this.trained = trained;
        List<NDArray> all =
                new ArrayList<>(frozen.arrays().subList(0, frozen.arrays().size() - 2));
        all.addAll(trained.arrays());
        this.arrays = List.copyOf(all);
    }

    @Override
    public EncoderConfig config() {
        return frozen.config();
    }

    @Override
    public List<NDArray> arrays() {
        return arrays;
    }

    @Override
    public int adapters() {
        return trained.arrays().size() - 2;
    }

    @Override
    public EncoderParameters trained() {
        return trained;
    }

    /** None: adapters are so small that passes cast them. */
    @Override
    public List<Optional<NDArray>> copies() {
        return Collections.nCopies(trained.arrays().size(), Optional.empty());
    }

    @Override
    public void refresh() {
        // There are no copies.
    }

    @Override
    public void write(Path safetensors) {
        frozen.writeAdapted(program, baseModel, trained, safetensors);
    }
}
