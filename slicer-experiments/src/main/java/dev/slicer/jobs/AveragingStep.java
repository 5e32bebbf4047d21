package dev.slicer.jobs;

import dev.slicer.checkpoint.Manifest;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.training.TrainingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Averages the weights of the checkpoints that other jobs published. */
final class AveragingStep {
    private final Job job;
    private final Publication publication;
    private final Function<String, Optional<String>> failureOf;

    /** @param failureOf why a job has no checkpoint, where that is known */
    AveragingStep(Job job, Publication publication, Function<String, Optional<String>> failureOf) {
        this.job = job;
        this.publication = publication;
        this.failureOf = failureOf;
    }

    JobModel run(JobState.Preparing preparing) {
        List<SourceCheckpoint> sources = new ArrayList<>();
        for (String averaged : job.request().averageOf()) {
            if (publication.find(averaged).isEmpty()) {
                throw new TrainingException("job " + averaged + ", whose weights were to be averaged, has no checkpoint"
                        + failureOf.apply(averaged).map(why -> ": " + why).orElse(""));
            }
            sources.add(publication.fetch(averaged));
        }
        job.progress().enter(preparing.describe("averaging the weights of " + sources.size() + " checkpoints"));
        CheckpointAverage average = CheckpointAverage.of(sources, job.engine());
        average.write(job.output());
        return new JobModel(job.output(), average.provenance(), List.of(), stepsOf(sources));
    }

    /** As the scores of the averaged runs have them, beside which the average's are shown. */
    private int stepsOf(List<SourceCheckpoint> sources) {
        return job.request()
                .hyperparameters()
                .maxSteps()
                .orElseGet(() -> sources.stream()
                        .flatMap(source -> source.manifest().stream())
                        .map(Manifest::hyperparameters)
                        .flatMapToInt(recorded -> RecordedHyperparameters.steps(recorded).stream())
                        .findFirst()
                        .orElse(1));
    }
}
