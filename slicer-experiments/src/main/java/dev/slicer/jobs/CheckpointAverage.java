package dev.slicer.jobs;

import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.experiments.Engine;
import dev.slicer.experiments.ExperimentException;
import dev.slicer.tagging.EntityBorders;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A checkpoint whose weights are the mean of others'. */
public final class CheckpointAverage {
    private final List<SourceCheckpoint> sources;
    private final Optional<String> borders;
    private final Provenance provenance;

    private CheckpointAverage(List<SourceCheckpoint> sources, Optional<String> borders, Provenance provenance) {
        this.sources = sources;
        this.borders = borders;
        this.provenance = provenance;
    }

    /**
     * Compares the checkpoints; their weights are read again later, by {@link #write}.
     *
     * @throws ExperimentException where they differ in what a checkpoint can have one of: base model, slice size, the way
     *     in which they mark where entities begin
     * @throws dev.slicer.checkpoint.files.CheckpointException naming the file of one that cannot be read or is not fine-tuned
     */
    public static CheckpointAverage of(List<SourceCheckpoint> sources, Engine engine) {
        Provenance provenance = Provenance.ofAverage(sources);
        List<String> schemes = sources.stream()
                .flatMap(source -> engine.borders(source.files()).stream())
                .distinct()
                .toList();
        if (schemes.size() > 1) {
            throw new ExperimentException("the checkpoints mark where entities begin in different ways: " + schemes
                    + "; one checkpoint cannot stand for them");
        }
        return new CheckpointAverage(List.copyOf(sources), schemes.stream().findFirst(), provenance);
    }

    public Provenance provenance() {
        return provenance;
    }

    /**
     * Writes the model.
     *
     * @param output a new folder
     * @throws dev.slicer.checkpoint.files.CheckpointException as {@link WeightAverage#write}
     */
    public void write(Path output) {
        WeightAverage.write(sources.stream().map(SourceCheckpoint::files).toList(), output);
        borders.ifPresent(scheme -> EntityBorders.declare(output, scheme));
    }
}
