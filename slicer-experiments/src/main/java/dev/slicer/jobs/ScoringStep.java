package dev.slicer.jobs;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.BenchmarkScorer;
import dev.slicer.experiments.BenchmarkSets;
import dev.slicer.experiments.RunScorer;
import dev.slicer.experiments.RunSettings;
import dev.slicer.hyperparameters.Hyperparameters;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Scores a job's model on its benchmark and measures its attention, where the request asks for that. */
final class ScoringStep {
    private final Job job;

    ScoringStep(Job job) {
        this.job = job;
    }

    /** @throws NotScoredException where the model cannot be scored, unless it is because the job was stopped */
    List<ScoreLine> run(JobModel model, JobCorpora corpora) {
        Optional<Corpus> attentionOn = corpora.attentionOn();
        if (corpora.benchmark().isEmpty() && attentionOn.isEmpty()) {
            return List.of();
        }
        JobState.Scoring scoring =
                job.progress().enter(((JobState.Making) job.progress().state()).score());
        try {
            attentionOn.ifPresent(
                    corpus -> job.measureAttention(JobContext.FINE_TUNED, model.folder(), corpus, scoring::describe));
            List<ScoreLine> scores =
                    corpora.benchmark().map(sets -> score(model, sets, scoring)).orElseGet(List::of);
            if (corpora.benchmark().isPresent()) {
                job.folders().remember(job.request().jobId(), scores);
            }
            return scores;
        } catch (UntoldException e) {
            throw e;
        } catch (RuntimeException e) {
            if (job.signal().stopped()) {
                throw e;
            }
            throw new NotScoredException(e);
        }
    }

    private List<ScoreLine> score(JobModel model, BenchmarkSets sets, JobState.Scoring scoring) {
        RunScorer.Progress progress = (name, done, total, corpus) ->
                job.progress().tell(scoring.describe("scoring " + name + ": " + done + " of " + total + " sentences"));
        RunSettings settings = settings(model);
        if (!job.request().averageOf().isEmpty()) {
            return scoreAverage(model, sets, settings, progress);
        }
        return new RunScorer(
                        sets,
                        job.engine(),
                        job.folders().scoring(job.request().jobId()),
                        progress,
                        job.signal()::stopped)
                .score(
                        settings,
                        ModelFiles.in(model.folder()),
                        model.snapshots().stream().map(RunScorer.Candidate::of).toList(),
                        job.request().averageLast());
    }

    private RunSettings settings(JobModel model) {
        Hyperparameters hyperparameters = job.request().hyperparameters();
        return new RunSettings(
                job.request().sourceName(),
                model.provenance().h(),
                hyperparameters.classifier(),
                EmbeddingTraining.of(hyperparameters.wordUpdates()),
                hyperparameters.learningRate(),
                model.steps(),
                OptionalLong.of(hyperparameters.seed()),
                hyperparameters.loraRank());
    }

    private List<ScoreLine> scoreAverage(
            JobModel model, BenchmarkSets sets, RunSettings settings, RunScorer.Progress progress) {
        String protocol = ScoreLine.AVERAGE_RUNS + job.request().averageOf().size();
        try (Tagger tagger = job.engine().tagger(ModelFiles.in(model.folder()), protocol)) {
            return settings.lines(
                    protocol,
                    sets.name(),
                    BenchmarkScorer.score(
                            tagger,
                            sets.test(),
                            (done, total, corpus) -> progress.scored(protocol, done, total, corpus)));
        }
    }

    /** F1 as a manifest has it: of the model itself, not of other models of its run. */
    static Map<String, Double> ofTheModel(List<ScoreLine> scores) {
        Map<String, Double> byName = new LinkedHashMap<>();
        scores.stream()
                .filter(line ->
                        line.protocol().equals(ScoreLine.LAST) || line.seed().isEmpty())
                .filter(line -> line.scoring() == Scoring.STRICT)
                .forEach(line -> byName.put(
                        line.benchmark() + "/" + line.language() + "/"
                                + line.scoring().text(),
                        line.f1()));
        return byName;
    }
}
