package dev.slicer.trainer;

import dev.slicer.corpus.NamedCorpora;
import dev.slicer.events.Topics;
import dev.slicer.roots.Roots;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
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

    /**
     * Consumer group that takes training requests in; the share group of jobs has this name and {@code -jobs}.
     * Default: {@code slicer.topics.prefix} and {@code trainer}.
     */
    Optional<@Pattern(regexp = ".*\\S.*", message = "is blank") String> group();

    /**
     * Folder for the output of running jobs: each trainer's in a folder of its own, {@code .TRAINER/JOB}, which
     * is deleted when the job is over. A model that the store did not take or that could not be scored stays in
     * {@code JOB-TRAINER}; the job's message names the folder, which inference can serve with {@code
     * slicer.inference.checkpoint}. On the store's file system publishing costs no copy.
     */
    @WithDefault("${java.io.tmpdir}/slicer-trainer")
    Path workFolder();

    /**
     * Folder of base models that were fetched. Default: {@code models} in {@code SLICER_HOME}, else in {@code
     * ~/.cache/slicer}.
     */
    Optional<Path> modelFolder();

    /** Folders, separated by commas, below which requests may name corpora. Default: none, samples only. */
    Optional<List<Path>> corpora();

    /**
     * Folders, separated by commas, below which requests may name base models. Default: none, {@code mbert} and
     * {@code hf:} only.
     */
    Optional<List<Path>> models();

    /**
     * Size of all corpora of one request together at most, such as {@code 64M}. In memory a corpus takes 15 to
     * 70 times its size. Default: a 128th of the heap (16 MiB in a container of 8 GiB).
     */
    Optional<MemorySize> maxCorporaSize();

    /** Size of a line of a corpus at most. */
    @WithDefault("1M")
    MemorySize maxLineSize();

    /**
     * Time between two reports of a running job on {@code slicer.training-progress}. Changes of state are
     * always reported.
     */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    Duration progressInterval();

    /**
     * Folder for what another trainer needs to go on with a job: saved state, snapshots and scores, in {@code
     * JOB/TRAINER}, deleted when the job is over. Must be the same place for all trainers. Default: {@code
     * .training} in the folder of the checkpoints.
     */
    Optional<Path> stateFolder();

    /**
     * Number of optimiser steps between two saves of a job's state, which has 12 bytes for each parameter (2 GB
     * for mBERT). {@code 0} saves none.
     */
    @WithDefault("200")
    @PositiveOrZero
    int saveEvery();

    /**
     * How trainers share jobs: by a {@code share-group} of Kafka's, or {@code none} for one trainer alone. With
     * {@code none} each trainer runs all jobs, so that a second one runs the same.
     */
    @WithDefault("share-group")
    Sharing sharing();

    /**
     * How long a job stays with a trainer that is not heard of, and about how long a trainer goes on without
     * its brokers; whole seconds. Brokers take 15 to 60 s, unless they are configured otherwise. All trainers
     * must have the same.
     */
    @WithDefault("30s")
    @WholeSeconds(min = 1, max = 3600)
    Duration lockDuration();

    /**
     * How often a job is given to a trainer while it gets no further: the last one does not run it, but says
     * that it failed. Brokers take 2 to 10, unless they are configured otherwise. All trainers must have the
     * same.
     */
    @WithDefault("5")
    @Min(2)
    int maxDeliveries();

    /** How long a job has to stop when the trainer shuts down. */
    @WithDefault("30s")
    @DurationMin(seconds = 0)
    Duration stopGrace();

    /** How trainers share jobs. */
    enum Sharing {
        SHARE_GROUP,
        NONE
    }

    /** The share group of jobs, beside the consumer group that takes requests in. */
    default String shareGroupFor(Topics topics) {
        return groupFor(topics) + "-jobs";
    }

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
