package dev.slicer.inference.testing;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.model.TaggerFactory;
import dev.slicer.tagging.Tagger;
import io.quarkus.test.Mock;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

@Mock
@Singleton
class FakeTaggerFactory implements TaggerFactory {
    /** What each pass of a steady model takes, whatever is in it. */
    private static final Duration STEADY_PASS = Duration.ofMillis(40);

    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

    @Override
    public Tagger open(ModelFiles checkpoint, String modelId) {
        if (modelId.contains("corrupt")) {
            throw new CheckpointException(checkpoint.path("model.safetensors"), "is cut off");
        }
        int opened = attempts.merge(modelId, 1, Integer::sum);
        if (modelId.startsWith("io-error-twice") && opened <= 2) {
            throw new CheckpointException(
                    checkpoint.path("model.safetensors"), "cannot be read", new IOException("Input/output error"));
        }
        if (modelId.startsWith("no-memory-once") && opened == 1) {
            throw new OutOfMemoryError("Java heap space");
        }
        return new FakeTagger(modelId, modelId.startsWith("steady") ? STEADY_PASS : Duration.ZERO);
    }
}
