package dev.slicer.trainer;

import dev.slicer.events.Topics;
import dev.slicer.events.TrainingLease;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What can be configured of the trainer alone. */
@ConfigMapping(prefix = "slicer.trainer")
interface TrainerSettings {
    /** The consumer group that takes training requests in; the topics' prefix and {@code trainer} when absent. */
    Optional<String> group();

    /** Folder for the output of running jobs; emptied of a job when that is over, unless the store refused its model. */
    @WithDefault("${java.io.tmpdir}/slicer-trainer")
    Path workFolder();

    /** Folder of fetched base models; the one that all of Slicer shares on a machine when absent. */
    Optional<Path> modelFolder();

    /** Time between two reports of a running job on the progress topic. */
    @WithDefault("1s")
    Duration progressInterval();

    /**
     * Folder for what a trainer needs to go on with another's job: the same for all trainers. Absent: {@code .training} in
     * the folder of the checkpoints.
     */
    Optional<Path> stateFolder();

    /** Optimiser steps between two saves of a running job; 0 saves none. */
    @WithDefault("200")
    int saveEvery();

    /** How long a job stays a trainer's that is not heard of; whole seconds. */
    @WithDefault("30s")
    Duration leaseTtl();

    /**
     * How many trainers in a row may take over a job that brought its trainer down, none of them getting further than the
     * one before; then it is failed.
     */
    @WithDefault("3")
    int maxTakeovers();

    /** How long a job has to stop when the trainer shuts down. */
    @WithDefault("30s")
    Duration stopGrace();

    default String groupFor(Topics topics) {
        return group().orElse(topics.prefix() + "trainer");
    }

    /** @throws IllegalArgumentException naming the key */
    default void validate() {
        if (group().filter(String::isBlank).isPresent()) {
            throw new IllegalArgumentException("slicer.trainer.group is blank");
        }
        notNegative("slicer.trainer.progress-interval", progressInterval());
        notNegative("slicer.trainer.stop-grace", stopGrace());
        if (saveEvery() < 0) {
            throw new IllegalArgumentException("slicer.trainer.save-every must not be negative, got " + saveEvery());
        }
        if (maxTakeovers() < 0) {
            throw new IllegalArgumentException(
                    "slicer.trainer.max-takeovers must not be negative, got " + maxTakeovers());
        }
        Duration longest = Duration.ofSeconds(TrainingLease.MAX_TTL_SECONDS);
        if (leaseTtl().toSeconds() < 1
                || leaseTtl().compareTo(longest) > 0
                || leaseTtl().getNano() != 0) {
            throw new IllegalArgumentException("slicer.trainer.lease-ttl must be whole seconds, 1 to "
                    + TrainingLease.MAX_TTL_SECONDS + ", got " + leaseTtl());
        }
    }

    private static void notNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(key + " must not be negative, got " + value);
        }
    }
}
