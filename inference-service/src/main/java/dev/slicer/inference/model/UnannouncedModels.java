package dev.slicer.inference.model;

import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Models that began to serve, and may have been exchanged since, and of which the other services do not know yet. */
@Singleton
public class UnannouncedModels {
    private final Queue<LoadedModel> models = new ConcurrentLinkedQueue<>();

    void add(LoadedModel model) {
        models.add(model);
    }

    public Optional<LoadedModel> oldest() {
        return Optional.ofNullable(models.peek());
    }

    /** The other services know of the oldest one. */
    public void removeOldest() {
        models.remove();
    }
}
