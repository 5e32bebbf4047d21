package dev.slicer.encoder;

import ai.djl.ndarray.NDManager;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.PrecisionProbe;
import dev.slicer.engine.TorchProgram;

/** An encoder of a model folder with all it computes with, for analysis; closing it frees the memory. */
public final class LoadedEncoder implements AutoCloseable {
    private final TorchProgram program;
    private final NDManager owner;
    private final Encoder encoder;

    private LoadedEncoder(TorchProgram program, NDManager owner, Encoder encoder) {
        this.program = program;
        this.owner = owner;
        this.encoder = encoder;
    }

    /**
     * @param model in HuggingFace's layout, fine-tuned or not
     * @throws dev.slicer.checkpoint.files.CheckpointException naming the file that is missing, damaged or of another kind
     */
    public static LoadedEncoder open(ModelFiles model, EngineOptions options) {
        TorchProgram program = TorchProgram.load(options);
        NDManager owner = program.newScope();
        try {
            Precision precision = PrecisionProbe.forTagging(program, options);
            EncoderParameters parameters = EncoderParameters.loadBareEncoder(program, owner, model, precision);
            return new LoadedEncoder(program, owner, new Encoder(program, parameters, precision));
        } catch (RuntimeException e) {
            owner.close();
            program.close();
            throw e;
        }
    }

    /** Its {@link Encoder#logProbabilities} mean nothing: it has no classifier. */
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public void close() {
        owner.close();
        program.close();
    }
}
