package dev.slicer.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What is written into the {@code config.json} of models that are made here. */
public final class ModelConfig {
    /** As versions of transformers from 5 on call it, and those before; where both are there the first one counts. */
    private static final List<String> TYPE_OF_WEIGHTS = List.of("dtype", "torch_dtype");

    private ModelConfig() {}

    /**
     * Says that the weights are to be computed with in fp32, whatever was said of the model that they come from: transformers
     * would round them to the type that is named, and fp16 does not even hold all of them.
     */
    public static void declareFloat32(ObjectNode config) {
        TYPE_OF_WEIGHTS.forEach(name -> config.put(name, "float32"));
    }
}
