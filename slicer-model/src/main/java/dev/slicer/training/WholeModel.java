package dev.slicer.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.encoder.EncoderParameters;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.engine.TorchProgram.Argument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An encoder whose weights are trained themselves, in fp32. Of the weights of matrix products in bfloat16 there is a copy in it, which the optimiser writes
 * whenever it moves the weight: passes need not cast the weight and have its gradient in bfloat16, half as large. In fp16
 * gradients are widened before they are divided by the loss scale, so there is no copy.
 */
final class WholeModel implements TrainedModel {
    private final TorchProgram program;
    private final EncoderParameters parameters;
    private final boolean wordsTrained;
    private final List<NDArray> arrays;
    private final List<Optional<NDArray>> copies;

    private WholeModel(
            TorchProgram program,
            EncoderParameters parameters,
            boolean wordsTrained,
            List<NDArray> arrays,
            List<Optional<NDArray>> copies) {
        this.program = program;
        this.parameters = parameters;
        this.wordsTrained = wordsTrained;
        this.arrays = List.copyOf(arrays);
        this.copies = List.copyOf(copies);
    }

    /**
     * Of the parameters as they are now.
     *
     * @param owner manager that the copies belong to
     * @param wordsTrained whether the word embeddings are trained, which come first
     * @param precision of the products
     */
    static WholeModel of(
            TorchProgram program,
            NDManager owner,
            EncoderParameters parameters,
            boolean wordsTrained,
            Precision precision) {
        List<NDArray> arrays = new ArrayList<>();
        List<Optional<NDArray>> copies = new ArrayList<>();
        for (int i = 0; i < parameters.arrays().size(); i++) {
            NDArray parameter = parameters.arrays().get(i);
            Optional<NDArray> copy = precision == Precision.BF16 && parameters.isOfProduct(i)
                    ? Optional.of(copy(program, owner, parameter, precision))
                    : Optional.empty();
            arrays.add(copy.orElse(parameter));
            copies.add(copy);
        }
        return new WholeModel(program, parameters, wordsTrained, arrays, copies);
    }

    private static NDArray copy(TorchProgram program, NDManager owner, NDArray parameter, Precision precision) {
        try (NDManager scope = program.newScope()) {
            NDArray type = TorchProgram.onHost(scope).create(new int[] {precision.scalarType()});
            NDArray copy = program.call(scope, "to_precision", true, Argument.of(parameter), Argument.of(type))
                    .get(0);
            copy.attach(owner);
            return copy;
        }
    }

    @Override
    public void refresh() {
        for (int i = 0; i < copies.size(); i++) {
            if (copies.get(i).isPresent()) {
                try (NDManager scope = program.newScope()) {
                    program.call(
                            scope,
                            "assign",
                            true,
                            Argument.of(copies.get(i).get()),
                            Argument.of(parameters.arrays().get(i)));
                }
            }
        }
    }

    @Override
    public EncoderConfig config() {
        return parameters.config();
    }

    @Override
    public List<NDArray> arrays() {
        return arrays;
    }

    @Override
    public int adapters() {
        return 0;
    }

    @Override
    public EncoderParameters trained() {
        return wordsTrained ? parameters : parameters.withoutWords();
    }

    @Override
    public List<Optional<NDArray>> copies() {
        return wordsTrained ? copies : copies.subList(1, copies.size());
    }

    @Override
    public void write(Path safetensors) {
        parameters.write(safetensors);
    }
}
