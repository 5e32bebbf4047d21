package dev.slicer.cli.engine;

import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.engine.EngineOptions;
import dev.slicer.experiments.RunScorer;
import dev.slicer.tagging.Tagger;
import java.nio.file.Path;
import java.util.List;

/** Models to be scored, as the command's engine opens them. */
public record EngineModels(Engine engine, EngineOptions options) implements RunScorer.Models {
    @Override
    public Tagger open(Path folder, String modelId) {
        return engine.open(folder, modelId, options);
    }

    @Override
    public void average(List<Path> folders, Path output) {
        WeightAverage.write(folders, output);
    }
}
