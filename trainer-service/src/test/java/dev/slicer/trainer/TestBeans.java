package dev.slicer.trainer;

import dev.slicer.jobs.BaseModels;
import dev.slicer.jobs.FakeFineTuner;
import dev.slicer.jobs.FineTuner;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;

/** Stands in for the two parts that take minutes and gigabytes. */
class TestBeans {
    @Produces
    @Singleton
    FineTuner fineTuner() {
        return new FakeFineTuner();
    }

    @Produces
    @Singleton
    BaseModels baseModels() {
        return (reference, listener) -> Path.of("models", reference);
    }
}
