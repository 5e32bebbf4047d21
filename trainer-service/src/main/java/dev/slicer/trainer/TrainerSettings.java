package dev.slicer.trainer;

import dev.slicer.corpus.NamedCorpora;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingLease;
import dev.slicer.roots.Roots;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** What can be configured of the trainer alone. */
@ConfigMapping(prefix = "slicer.trainer")
interface TrainerSettings {
    /** Measured: a corpus of one-word sentences of one letter takes 35 bytes for each of its own, and as many once it is encoded. */
    int HEAP_FOR_EACH_BYTE = 128;

    /** The consumer group that takes training requests in; the topics' prefix and {@code trainer} when absent. */
    Optional<@Pattern(regexp = ".*\\S.*", message = "is blank") String> group();

    /** Folder for the output of running jobs; emptied of a job when that is over, unless the store refused its model. */
    @WithDefault("${java.io.tmpdir}/slicer-trainer")
    Path workFolder();

    /** Folder of fetched base models; the one that all of Slicer shares on a machine when absent. */
    Optional<Path> modelFolder();

    /** Folders below which requests may name corpora; none when absent, so that there are the samples only. */
    Optional<List<Path>> corpora();

    /** Folders below which requests may name base models; none when absent, so that there are mbert and the hub's only. */
    Optional<List<Path>> models();

    /** What all corpora of a request may have together; a 128th of the heap when absent. */
    Optional<MemorySize> maxCorporaSize();

    /** What a line of a corpus may have. */
    @WithDefault("1M")
    MemorySize maxLineSize();

    /** Time between two reports of a running job on the progress topic. */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    Duration progressInterval();

    /**
     * Folder for what a trainer needs to go on with a job of another trainer: the same for all trainers. Absent: {@code .training} in
     * the folder of the checkpoints.
     */
    Optional<Path> stateFolder();

    /** Optimiser steps between two saves of a running job; 0 saves none. */
    @WithDefault("200")
    @PositiveOrZero
    int saveEvery();

    /** How long a trainer that has fallen silent keeps its job; whole seconds. */
    @WithDefault("30s")
    @WholeSeconds(min = 1, max = TrainingLease.MAX_TTL_SECONDS)
    Duration leaseTtl();

    /**
     * How many trainers in a row may take over a job that brought its trainer down without getting further than the one
     * before; then the job fails.
     */
    @WithDefault("3")
    @PositiveOrZero
    int maxTakeovers();

    /** How long a job has to stop when the trainer shuts down. */
    @WithDefault("30s")
    @DurationMin(seconds = 0)
    Duration stopGrace();

    default String groupFor(Topics topics) {
        return group().orElse(topics.prefix() + "trainer");
    }

    default Roots corpusRoots() {
        return new Roots(corpora().orElseGet(List::of));
    }

    default Roots modelRoots() {
        return new Roots(models().orElseGet(List::of));
    }

    /** As read, a corpus takes many times its size, and a heap that is full ends the process. */
    default NamedCorpora.Limits corpusLimits() {
        return new NamedCorpora.Limits(
                maxCorporaSize()
                        .map(MemorySize::asLongValue)
                        .orElseGet(() -> Runtime.getRuntime().maxMemory() / HEAP_FOR_EACH_BYTE),
                maxLineSize().asLongValue());
    }
}
