package dev.slicer.jobs;

import dev.slicer.analysis.SelfAttention;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.checkpoint.CheckpointException;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.CorpusOptions;
import dev.slicer.corpus.CorpusSource;
import dev.slicer.corpus.LabelMap;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.Benchmark;
import dev.slicer.events.CheckpointIds;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.Words;
import dev.slicer.experiments.BenchmarkScorer;
import dev.slicer.experiments.BenchmarkSets;
import dev.slicer.experiments.ExperimentException;
import dev.slicer.experiments.RunScorer;
import dev.slicer.experiments.RunSettings;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.hyperparameters.RecordedHyperparameters;
import dev.slicer.io.IoProblem;
import dev.slicer.labels.LabelSet;
import dev.slicer.metrics.Scoring;
import dev.slicer.models.ModelException;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.CorpusCheck;
import dev.slicer.training.FineTuningJob;
import dev.slicer.training.RunFiles;
import dev.slicer.training.Snapshot;
import dev.slicer.training.TrainingException;
import dev.slicer.training.TrainingProgress;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one job through its states: trains or averages, scores, publishes. What is wrong with a request or its run ends in
 * a failed job, never in an exception. A run that was broken off goes on from the state that it saved.
 */
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final JobTools tools;
    private final Publication publication;
    private final JobFolders folders;

    public JobRunner(JobTools tools, Publication publication, JobFolders folders) {
        this.tools = tools;
        this.publication = publication;
        this.folders = folders;
    }

    /**
     * @return {@link JobState.Ended}, or {@link JobState.Queued} where the signal asked to give the job back
     * @throws UntoldException where the context threw; then the job is to be run again
     */
    public JobState run(TrainingRequest request, StopSignal signal, JobContext context) {
        Run run = new Run(request, signal, context);
        JobState end;
        try {
            end = run.go();
        } catch (UntoldException e) {
            throw e;
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            end = run.brokenOffBy(e);
        }
        run.tell(end);
        if (end instanceof JobState.Ended) {
            tidily(() -> folders.discardOwn(request.jobId()));
        }
        return end;
    }

    /** Deletes what anybody saved of a job. It must be over for all of them, as those know who read it where it is told. */
    public void discard(String jobId) {
        if (CheckpointIds.isValid(jobId)) {
            tidily(() -> folders.discardAll(jobId));
        }
    }

    /** Deletes what killed processes left where they wrote models, long ago. */
    public void discardAbandoned() {
        tidily(folders::discardAbandoned);
    }

    /** What a job leaves behind takes room, but does not change how the job ended. */
    private static void tidily(Runnable discarding) {
        try {
            discarding.run();
        } catch (UncheckedIOException e) {
            LOG.warn("{}: {}", e.getMessage(), e.getCause().getMessage());
        }
    }

    /** A model, and what is known of how it came about. */
    private record Made(
            Path model, List<String> labels, Map<String, String> fingerprints, List<Snapshot> snapshots, int steps) {}

    private final class Run {
        private final TrainingRequest request;
        private final StopSignal signal;
        private final JobContext context;
        private final CorpusSource source;
        private final Path output;
        private JobState.Open state;

        Run(TrainingRequest request, StopSignal signal, JobContext context) {
            this.request = request;
            this.signal = signal;
            this.context = context;
            this.source = tools.corpora().get();
            this.output = folders.output(request.jobId());
            this.state = JobState.queued(request.jobId());
        }

        JobState go() {
            String id = request.jobId();
            JobState.Preparing preparing = enter(JobState.queued(id).prepare());
            Optional<CheckpointPublished> earlier = publication.find(id);
            if (earlier.isPresent()) {
                LOG.info("Checkpoint {} is in the store already, announcing it", id);
                return announce(preparing.publish(folders.knownScores(id)), earlier.get());
            }
            // All that can be wrong with what is asked comes out before hours are spent.
            LabelSet labels = LabelSet.ofTypes(request.types());
            List<Corpus> train = corpora(labels);
            Optional<BenchmarkSets> benchmark = request.benchmark().map(asked -> sets(asked, labels));
            Optional<Corpus> attentionOn = attentionCorpus();
            boolean kept = false;
            try {
                // A process that was killed in this job may have left something.
                folders.discardOutput(id);
                Made made = request.averageOf().isEmpty() ? train(preparing, labels, train, attentionOn) : average();
                if (signal.stopped()) {
                    return stopped();
                }
                return publish(made, score(made, benchmark, attentionOn));
            } catch (NotPublishedException | NotScoredException e) {
                LOG.warn("Job {} failed: {}", id, e.getMessage());
                kept = true;
                return state.fail(e.getMessage() + "; the fine-tuned model is whole and kept in " + folders.keep(id));
            } finally {
                if (!kept) {
                    tidily(() -> folders.discardOutput(id));
                }
            }
        }

        private Made train(
                JobState.Preparing preparing, LabelSet labels, List<Corpus> train, Optional<Corpus> attentionOn) {
            Path base = tools.models()
                    .fetch(
                            request.baseModel(),
                            (phase, done, total) -> tell(preparing.describe(describe(phase, done, total))));
            attentionOn.ifPresent(corpus -> measure(JobContext.BASE, base, corpus, preparing::describe));
            RunFiles files = folders.takeUp(request);
            JobState.Running[] running = {enter(preparing.run())};
            List<Snapshot> snapshots = tools.tuner()
                    .run(
                            new FineTuningJob(
                                    base, train, labels, request.hyperparameters(), output, Optional.of(files)),
                            progress -> {
                                running[0] = running[0].advance(progress);
                                enter(running[0]);
                            },
                            signal::stopped);
            Map<String, String> fingerprints = new LinkedHashMap<>();
            for (int i = 0; i < train.size(); i++) {
                fingerprints.put(request.train().get(i), train.get(i).fingerprint());
            }
            int steps = running[0].progress().map(TrainingProgress::totalSteps).orElse(0);
            return new Made(output, labels.labels(), fingerprints, snapshots, steps);
        }

        private Made average() {
            List<Publication.Stored> stored = new ArrayList<>();
            for (String job : request.averageOf()) {
                if (publication.find(job).isEmpty()) {
                    throw new TrainingException("job " + job + ", whose weights were to be averaged, has no checkpoint"
                            + context.failureOf(job).map(why -> ": " + why).orElse(""));
                }
                stored.add(publication.fetch(job));
            }
            enter(((JobState.Preparing) state).describe("averaging the weights of " + stored.size() + " checkpoints"));
            tools.scoring()
                    .average(stored.stream().map(Publication.Stored::folder).toList(), output);
            Map<String, String> fingerprints = new LinkedHashMap<>();
            stored.forEach(each -> fingerprints.putAll(each.manifest().dataFingerprints()));
            List<String> labels = stored.get(0).manifest().labels();
            return new Made(output, labels, fingerprints, List.of(), stepsOf(stored));
        }

        /** As the runs' scores have them, which the average is to stand beside. */
        private int stepsOf(List<Publication.Stored> stored) {
            return request.hyperparameters()
                    .maxSteps()
                    .orElseGet(() -> stored.stream()
                            .map(each -> each.manifest().hyperparameters())
                            .flatMapToInt(recorded -> RecordedHyperparameters.steps(recorded).stream())
                            .findFirst()
                            .orElse(1));
        }

        private List<ScoreLine> score(Made made, Optional<BenchmarkSets> benchmark, Optional<Corpus> attentionOn) {
            if (benchmark.isEmpty() && attentionOn.isEmpty()) {
                return List.of();
            }
            JobState.Scoring scoring = enter(
                    state instanceof JobState.Running running ? running.score() : ((JobState.Preparing) state).score());
            try {
                attentionOn.ifPresent(
                        corpus -> measure(JobContext.FINE_TUNED, made.model(), corpus, scoring::describe));
                return benchmark.map(sets -> score(made, sets, scoring)).orElseGet(List::of);
            } catch (UntoldException e) {
                throw e;
            } catch (RuntimeException e) {
                if (signal.stopped()) {
                    throw e;
                }
                throw new NotScoredException(e);
            }
        }

        private List<ScoreLine> score(Made made, BenchmarkSets sets, JobState.Scoring scoring) {
            Hyperparameters hyperparameters = request.hyperparameters();
            RunSettings settings = new RunSettings(
                    request.sourceName(),
                    hyperparameters.h().orElseGet(() -> HiddenSize.of(made.model())),
                    hyperparameters.classifier(),
                    Words.of(hyperparameters.wordUpdates()),
                    hyperparameters.learningRate(),
                    made.steps(),
                    OptionalLong.of(hyperparameters.seed()));
            if (!request.averageOf().isEmpty()) {
                return scoreAverage(made, sets, settings, scoring);
            }
            RunScorer scorer = new RunScorer(
                    sets,
                    tools.scoring(),
                    folders.scoring(request.jobId()),
                    (model, done, total, corpus) ->
                            tell(scoring.describe("scoring " + model + ": " + done + " of " + total + " sentences")),
                    signal::stopped);
            return remember(scorer.score(settings, made.model(), made.snapshots(), request.averageLast()));
        }

        private List<ScoreLine> scoreAverage(
                Made made, BenchmarkSets sets, RunSettings settings, JobState.Scoring scoring) {
            String protocol = "average-runs-" + request.averageOf().size();
            try (Tagger tagger = tools.scoring().open(made.model(), protocol)) {
                return remember(settings.lines(
                        protocol,
                        sets.name(),
                        BenchmarkScorer.score(
                                tagger,
                                sets.test(),
                                (done, total, corpus) -> tell(scoring.describe(
                                        "scoring " + protocol + ": " + done + " of " + total + " sentences")))));
            }
        }

        private List<ScoreLine> remember(List<ScoreLine> scores) {
            folders.remember(request.jobId(), scores);
            return scores;
        }

        private void measure(String model, Path folder, Corpus corpus, Function<String, JobState> as) {
            SelfAttention.Progress progress = (done, total) -> {
                if (signal.stopped()) {
                    throw new TrainingException("stopped while attention was measured");
                }
                tell(as.apply("measuring attention of the " + model + " model: " + done + " of " + total + " tokens"));
            };
            SelfAttentionShares measured = tools.attention().measure(folder, corpus, progress);
            Run.<SelfAttentionShares>toldBy(shares -> context.measured(model, shares))
                    .accept(measured);
        }

        private JobState publish(Made made, List<ScoreLine> scores) {
            return switch (signal.close()) {
                case CANCEL, GIVE_BACK, LOST -> stopped();
                case GO_ON, TOO_LATE -> {
                    JobState.Publishing publishing = enter(publishing(scores));
                    Publication.Origin origin = new Publication.Origin(
                            request, made.labels(), made.fingerprints(), made.steps(), manifestScores(scores));
                    yield announce(publishing, publication.publish(made.model(), origin));
                }
            };
        }

        private JobState.Publishing publishing(List<ScoreLine> scores) {
            if (state instanceof JobState.Scoring scoring) {
                return scoring.publish(scores);
            }
            return state instanceof JobState.Running running
                    ? running.publish()
                    : ((JobState.Preparing) state).publish(scores);
        }

        private JobState stopped() {
            return signal.verdict() == StopSignal.Verdict.CANCEL
                    ? ((JobState.Cancellable) state).cancel()
                    : ((JobState.Interruptible) state).giveBack(whyGivenBack());
        }

        private JobState announce(JobState.Publishing publishing, CheckpointPublished checkpoint) {
            state = publishing;
            toldBy(context::published).accept(checkpoint);
            return publishing.succeed(checkpoint.checkpointId());
        }

        private <S extends JobState.Open> S enter(S next) {
            state = next;
            tell(next);
            return next;
        }

        void tell(JobState news) {
            toldBy(context::changed).accept(news);
        }

        /** What the context throws says nothing about the job, so it must not fail it. */
        private static <T> Consumer<T> toldBy(Consumer<T> listener) {
            return news -> {
                try {
                    listener.accept(news);
                } catch (RuntimeException e) {
                    throw new UntoldException(e);
                }
            };
        }

        private CorpusOptions corpusOptions() {
            return new CorpusOptions(LabelMap.of(request.labelMap()), request.tagColumn());
        }

        private List<Corpus> corpora(LabelSet labels) {
            CorpusOptions options = corpusOptions();
            List<Corpus> corpora = request.train().stream()
                    .map(reference -> source.open(reference, options))
                    .toList();
            // An average has none.
            if (!corpora.isEmpty()) {
                CorpusCheck.requireTrainable(corpora, labels);
            }
            return corpora;
        }

        private BenchmarkSets sets(Benchmark benchmark, LabelSet labels) {
            return new BenchmarkSets(
                    benchmark.name(), open(benchmark.test(), labels), open(benchmark.validation(), labels));
        }

        private SortedMap<String, List<Corpus>> open(Map<String, String> references, LabelSet labels) {
            CorpusOptions options = corpusOptions();
            SortedMap<String, List<Corpus>> corpora = new TreeMap<>();
            references.forEach((language, reference) -> {
                Corpus corpus = source.open(reference, options);
                CorpusCheck.requireKnownTags(corpus, labels);
                corpora.put(language, List.of(corpus));
            });
            return corpora;
        }

        /** All of them as one; an average has no base model beside it to compare with. */
        private Optional<Corpus> attentionCorpus() {
            if (request.attentionOn().isEmpty()) {
                return Optional.empty();
            }
            CorpusOptions options = corpusOptions();
            List<Sentence> sentences = request.attentionOn().stream()
                    .flatMap(reference -> source.open(reference, options).sentences().stream())
                    .toList();
            String name = String.join(", ", request.attentionOn());
            return Optional.of(new Corpus(name, sentences, name));
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
                LOG.warn("Job {} failed: {}", request.jobId(), reason(failure));
                return state.fail(reason(failure));
            }
            LOG.error("Job {} failed", request.jobId(), failure);
            return state.fail("something failed that never should; the trainer's log says more under the job's id");
        }
    }

    /** Of the published weights themselves, not of other models of the run. */
    private static Map<String, Double> manifestScores(List<ScoreLine> scores) {
        Map<String, Double> byName = new LinkedHashMap<>();
        scores.stream()
                .filter(line ->
                        line.protocol().equals(ScoreLine.LAST) || line.seed().isEmpty())
                .filter(line -> line.scoring() == Scoring.STRICT_IOB2)
                .forEach(line -> byName.put(
                        line.benchmark() + "/" + line.language() + "/"
                                + line.scoring().text(),
                        line.f1()));
        return byName;
    }

    private static boolean isForPeople(Throwable failure) {
        return failure instanceof TrainingException
                || failure instanceof CorpusException
                || failure instanceof ModelException
                || failure instanceof CheckpointException
                || failure instanceof ExperimentException
                || failure instanceof UncheckedIOException
                || failure instanceof IllegalArgumentException;
    }

    private static String reason(Throwable failure) {
        return failure instanceof UncheckedIOException problem ? IoProblem.of(problem) : failure.getMessage();
    }

    private static String describe(String phase, long done, OptionalLong total) {
        String of = total.isPresent() ? " of " + megabytes(total.getAsLong()) : "";
        return phase + ": " + megabytes(done) + of + " MB";
    }

    private static long megabytes(long bytes) {
        return bytes / 1_000_000;
    }
}
