package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.tagging.Tagger;
import io.quarkus.test.Mock;
import jakarta.inject.Singleton;
import java.nio.file.Path;

@Mock
@Singleton
class FakeTaggerFactory implements TaggerFactory {
    @Override
    public Tagger open(Path checkpoint, String modelId) {
        if (modelId.contains("corrupt")) {
            throw new CheckpointException(checkpoint.resolve("model.safetensors"), "is cut off");
        }
        return new FakeTagger(modelId);
    }
}
