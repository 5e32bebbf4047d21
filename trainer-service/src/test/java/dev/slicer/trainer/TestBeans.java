package dev.slicer.trainer;

import dev.slicer.experiments.Engine;
import dev.slicer.experiments.FakeEngine;
import dev.slicer.models.NamedModels;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Stands in for what takes minutes and gigabytes. */
class TestBeans {
    @Produces
    @Singleton
    Engine engine(TrainerSettings settings) {
        return fake(settings);
    }

    static FakeEngine fake(TrainerSettings settings) {
        return new FakeEngine(new NamedModels(settings.modelRoots())::find);
    }
}
