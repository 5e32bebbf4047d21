package dev.slicer.jobs;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.CorpusSource;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.ExperimentException;
import dev.slicer.io.IoProblem;
import dev.slicer.labels.LabelSpelling.UnreadableLabelException;
import dev.slicer.models.fetching.ModelException;
import dev.slicer.text.WithoutMessage;
import dev.slicer.training.TrainingException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a job, from its first step to its end. */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

    private final Job job;
    private final CorpusSource corpora;
    private final Publication publication;
    private final Function<String, Optional<String>> failureOf;

    /** @param failureOf why another job has no checkpoint, where that is known */
    JobRun(Job job, CorpusSource corpora, Publication publication, Function<String, Optional<String>> failureOf) {
        this.job = job;
        this.corpora = corpora;
        this.publication = publication;
        this.failureOf = failureOf;
    }

    /** @return {@link JobState.Ended}, or {@link JobState.Queued} where the job was given back; told already */
    JobState toItsEnd() {
        JobState end;
        try {
            end = takeSteps();
        } catch (UntoldException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            end = endOf(e);
        }
        job.progress().tell(end);
        return end;
    }

    private JobState takeSteps() {
        String id = job.request().jobId();
        JobState.Preparing preparing = job.progress().enter(JobState.queued(id).prepare());
        Optional<CheckpointPublished> earlier = publication.find(id);
        if (earlier.isPresent()) {
            LOG.info("Checkpoint {} is in the store already, announcing it", id);
            job.progress().published(earlier.get());
            return preparing.publish(job.folders().knownScores(id)).succeed(id);
        }
        JobCorpora read = JobCorpora.read(job.request(), corpora);
        boolean kept = false;
        try {
            // A process that was killed in this job may have left something.
            job.folders().discardOutput(id);
            JobModel model = job.request().averageOf().isEmpty()
                    ? new TrainingStep(job).run(preparing, read)
                    : new AveragingStep(job, publication, failureOf).run(preparing);
            if (job.signal().stopped()) {
                return stopped();
            }
            return publish(model, new ScoringStep(job).run(model, read));
        } catch (NotPublishedException | NotScoredException e) {
            LOG.warn("Job {} failed: {}", id, e.getMessage());
            kept = true;
            return job.progress()
                    .state()
                    .fail(e.getMessage() + "; the fine-tuned model is whole and kept in "
                            + job.folders().keep(id));
        } finally {
            if (!kept) {
                JobFolders.tidily(() -> job.folders().discardOutput(id));
            }
        }
    }

    private JobState publish(JobModel model, List<ScoreLine> scores) {
        return switch (job.signal().close()) {
            case CANCEL, GIVE_BACK, LOST -> stopped();
            case GO_ON, TOO_LATE -> {
                String id = job.request().jobId();
                JobState.Publishing publishing = job.progress()
                        .enter(((JobState.Interruptible) job.progress().state()).publish(scores));
                publication
                        .publish(id, model.scored(ScoringStep.ofTheModel(scores)))
                        .forEach(job.progress()::published);
                yield publishing.succeed(id);
            }
        };
    }

    private JobState stopped() {
        JobState.Open state = job.progress().state();
        return job.signal().verdict() == StopSignal.Verdict.CANCEL
                ? ((JobState.Cancellable) state).cancel(job.signal().cancelledBy())
                : ((JobState.Interruptible) state).giveBack(whyGivenBack());
    }

    private String whyGivenBack() {
        return job.signal().verdict() == StopSignal.Verdict.LOST
                ? "the trainer could not be sure any longer that the job was its own"
                : "the trainer stopped before the job's end";
    }

    private JobState endOf(Throwable failure) {
        JobState.Open state = job.progress().state();
        if (job.signal().stopped() && state instanceof JobState.Cancellable cancellable) {
            if (job.signal().verdict() == StopSignal.Verdict.CANCEL) {
                return cancellable.cancel(job.signal().cancelledBy());
            } else if (state instanceof JobState.Interruptible interruptible) {
                return interruptible.giveBack(whyGivenBack());
            }
        }
        String id = job.request().jobId();
        if (isForPeople(failure)) {
            LOG.warn("Job {} failed: {}", id, reason(failure));
            return state.fail(reason(failure));
        }
        LOG.error("Job {} failed", id, WithoutMessage.of(failure));
        return state.fail("an unexpected error, which is a fault of Slicer; the log shows it under the job's id");
    }

    private static boolean isForPeople(Throwable failure) {
        return failure instanceof TrainingException
                || failure instanceof CorpusException
                || failure instanceof ModelException
                || failure instanceof CheckpointException
                || failure instanceof ExperimentException
                || failure instanceof UncheckedIOException
                // Of those of the platform, as of a number that is none, the message quotes what it is about.
                || failure instanceof UnreadableLabelException
                || failure.getClass() == IllegalArgumentException.class;
    }

    private static String reason(Throwable failure) {
        return failure instanceof UncheckedIOException problem ? IoProblem.of(problem) : failure.getMessage();
    }
}
