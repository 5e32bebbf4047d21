package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointException;
import jakarta.inject.Singleton;
import java.nio.file.Path;

@Singleton
class NoCheckpoints implements CheckpointSource {
    @Override
    public Path fetch(String id) {
        throw new CheckpointException(Path.of(id), "there is no such checkpoint");
    }
}
