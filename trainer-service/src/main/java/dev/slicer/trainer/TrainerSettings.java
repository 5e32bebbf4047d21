package dev.slicer.trainer;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** What can be configured of the trainer alone. */
@ConfigMapping(prefix = "slicer.trainer")
interface TrainerSettings {
    /** The consumer group that shares the training requests. */
    @WithDefault("slicer-trainer")
    String group();

    /** Folder for the output of running jobs; emptied of a job when that job is over. */
    Path workFolder();

    /** Time between two reports of a running job on the progress topic. */
    @WithDefault("1s")
    Duration progressInterval();

    /** How long a job has to stop when its partition moves to another trainer or this one shuts down. */
    @WithDefault("30s")
    Duration stopGrace();
}
