package dev.slicer.jobs;

import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.TrainingRequest;
import dev.slicer.labels.LabelSet;
import dev.slicer.models.ModelException;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one job through its states. What is wrong with a request or its run ends in a failed job, never in an exception.
 */
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
    /** A job id names the checkpoint, and so a folder of the store. */
    private static final Pattern JOB_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private final BaseModels models;
    private final FineTuner tuner;
    private final Publication publication;
    private final Path workFolder;

    public JobRunner(BaseModels models, FineTuner tuner, Publication publication, Path workFolder) {
        this.models = models;
        this.tuner = tuner;
        this.publication = publication;
        this.workFolder = workFolder;
    }

    /**
     * @param announce tells of the checkpoint; called once it lies in the store
     * @return {@link JobState.Ended}, or {@link JobState.Queued} where the signal asked to give the job back
     * @throws UntoldException where one of the listeners threw; then the job is to be run again
     */
    public JobState run(
            TrainingRequest request,
            StopSignal signal,
            Consumer<JobState> report,
            Consumer<CheckpointPublished> announce) {
        Run run = new Run(request, signal, toldBy(report), toldBy(announce));
        JobState end;
        try {
            end = run.go();
        } catch (UntoldException e) {
            throw e;
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            end = run.brokenOffBy(e);
        }
        run.report.accept(end);
        return end;
    }

    /** What a listener throws says nothing about the job, so it must not fail it. */
    private static <T> Consumer<T> toldBy(Consumer<T> listener) {
        return news -> {
            try {
                listener.accept(news);
            } catch (RuntimeException e) {
                throw new UntoldException(e);
            }
        };
    }

    private final class Run {
        private final TrainingRequest request;
        private final StopSignal signal;
        private final Consumer<JobState> report;
        private final Consumer<CheckpointPublished> announce;
        private JobState.Open state;

        Run(
                TrainingRequest request,
                StopSignal signal,
                Consumer<JobState> report,
                Consumer<CheckpointPublished> announce) {
            this.request = request;
            this.signal = signal;
            this.report = report;
            this.announce = announce;
            this.state = JobState.queued(request.jobId());
        }

        JobState go() {
            String id = request.jobId();
            JobState.Preparing preparing = enter(JobState.queued(id).prepare());
            if (!JOB_ID.matcher(id).matches()) {
                return preparing.fail(
                        "jobId names the checkpoint, so it must match " + JOB_ID + ", got \"" + id + "\"");
            }
            Optional<CheckpointPublished> earlier = publication.find(id);
            if (earlier.isPresent()) {
                LOG.info("Checkpoint {} is in the store already, announcing it", id);
                return publish(preparing.publish(), earlier.get());
            }
            LabelSet labels = LabelSet.ofTypes(request.types());
            List<Corpus> train = corpora(labels);
            Path base = models.fetch(
                    request.baseModel(),
                    (phase, done, total) -> report.accept(preparing.describe(describe(phase, done, total))));
            Path output = workFolder.resolve(id);
            boolean kept = false;
            try {
                // A process that was killed in this job may have left something.
                delete(output);
                JobState.Running running =
                        fineTune(preparing, new FineTuningJob(base, train, labels, request.hyperparameters(), output));
                return switch (signal.close()) {
                    case CANCEL -> running.cancel();
                    case GIVE_BACK, LOST -> running.giveBack(whyGivenBack());
                    case GO_ON, TOO_LATE -> {
                        JobState.Publishing publishing = enter(running.publish());
                        yield publish(publishing, publication.publish(id, output, request, train, labels));
                    }
                };
            } catch (NotPublishedException e) {
                kept = true;
                throw e;
            } finally {
                if (!kept) {
                    discard(output);
                }
            }
        }

        private JobState.Running fineTune(JobState.Preparing preparing, FineTuningJob job) {
            JobState.Running[] running = {enter(preparing.run())};
            tuner.run(
                    job,
                    progress -> {
                        running[0] = running[0].advance(progress);
                        enter(running[0]);
                    },
                    signal::stopped);
            return running[0];
        }

        private JobState publish(JobState.Publishing publishing, CheckpointPublished checkpoint) {
            state = publishing;
            announce.accept(checkpoint);
            return publishing.succeed(checkpoint.checkpointId());
        }

        private <S extends JobState.Open> S enter(S next) {
            state = next;
            report.accept(next);
            return next;
        }

        private List<Corpus> corpora(LabelSet labels) {
            LabelMap labelMap = LabelMap.of(request.labelMap());
            List<Corpus> corpora = request.train().stream()
                    .map(reference -> Corpora.open(reference, labelMap))
                    .toList();
            corpora.forEach(corpus -> requireLabels(corpus, labels));
            return corpora;
        }

        /** Said before the base model is fetched, which can take minutes. */
        private void requireLabels(Corpus corpus, LabelSet labels) {
            for (Sentence sentence : corpus.sentences()) {
                for (String tag : sentence.tags()) {
                    if (labels.id(tag).isEmpty()) {
                        throw new TrainingException("corpus " + corpus.name() + " has the tag " + tag
                                + ", but the types are " + request.types()
                                + "; add its type to types, or map it with labelMap, to O to drop it");
                    }
                }
            }
        }

        private String whyGivenBack() {
            return signal.verdict() == StopSignal.Verdict.LOST
                    ? "the trainer could not be sure any longer that the job was its own"
                    : "the trainer stopped before the job's end";
        }

        JobState brokenOffBy(Throwable failure) {
            if (signal.stopped() && state instanceof JobState.Cancellable cancellable) {
                if (signal.verdict() == StopSignal.Verdict.CANCEL) {
                    return cancellable.cancel();
                } else if (state instanceof JobState.Interruptible interruptible) {
                    return interruptible.giveBack(whyGivenBack());
                }
            }
            if (isForPeople(failure)) {
                LOG.warn("Job {} failed: {}", request.jobId(), failure.getMessage());
                return state.fail(failure.getMessage());
            }
            LOG.error("Job {} failed", request.jobId(), failure);
            return state.fail("unexpected " + failure + "; the trainer's log has the rest");
        }
    }

    private static boolean isForPeople(Throwable failure) {
        return failure instanceof TrainingException
                || failure instanceof CorpusException
                || failure instanceof ModelException
                || failure instanceof CheckpointException
                || failure instanceof NotPublishedException
                || failure instanceof IllegalArgumentException;
    }

    private static String describe(String phase, long done, OptionalLong total) {
        String of = total.isPresent() ? " of " + megabytes(total.getAsLong()) : "";
        return phase + ": " + megabytes(done) + of + " MB";
    }

    private static long megabytes(long bytes) {
        return bytes / 1_000_000;
    }

    /** What a job leaves behind takes room, but does not change how the job ended. */
    private static void discard(Path folder) {
        try {
            delete(folder);
        } catch (UncheckedIOException e) {
            LOG.warn("{}: {}", e.getMessage(), e.getCause().getMessage());
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }
}
