package dev.slicer.experiments;

import dev.slicer.checkpoint.WeightAverage;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.events.ScoreLine;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Scores the models of one run under every protocol that they allow: the last one; for each language the one that is best
 * on its validation set (the paper's second protocol); the mean of the last ones' weights.
 *
 * <p>One model is open at a time. The last one and the newest snapshot are opened once; an older snapshot a second time
 * only where it turns out to be a language's best.
 */
public final class RunScorer {
    private final BenchmarkSets sets;
    private final Engine engine;
    private final Path workFolder;
    private final Progress progress;
    private final BooleanSupplier cancelled;

    /** Told after every few sentences. */
    @FunctionalInterface
    public interface Progress {
        /**
         * @param model such as {@code step 350}, {@code last} or {@code average-last-3}
         * @param sentences of the corpora that the model is being scored on
         */
        void scored(String model, long sentences, long total, String corpus);

        /** Told the lines of each protocol once they are known: what comes after them takes long and may fail. */
        default void finished(List<ScoreLine> lines) {}
    }

    /** A model of the run. */
    public record Candidate(int step, ModelFiles files) {
        public static Candidate of(Snapshot snapshot) {
            return new Candidate(snapshot.step(), ModelFiles.in(snapshot.folder()));
        }
    }

    /**
     * @param workFolder for the mean of the weights, which is deleted once it is scored
     * @param cancelled asked before each model is opened
     */
    public RunScorer(BenchmarkSets sets, Engine engine, Path workFolder, Progress progress, BooleanSupplier cancelled) {
        this.sets = sets;
        this.engine = engine;
        this.workFolder = workFolder;
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /**
     * The scores under protocols {@code last}; {@code best-validation}, where there are snapshots and validation sets, for
     * the languages that have one; and {@code average-last-k}, where that is asked for. The last model stands for the
     * run's last step, among the candidates and in the mean too; of two that are equally good the later one is chosen.
     *
     * @param snapshots in any order
     * @param averageLast k: how many models, the last one included, to average
     * @throws IllegalArgumentException where a snapshot is not before the run's last step, two are of one step, or there
     *     are fewer models than are to be averaged
     * @throws ExperimentException when cancelled
     */
    public List<ScoreLine> score(RunSettings run, ModelFiles last, List<Candidate> snapshots, OptionalInt averageLast) {
        List<Candidate> candidates = inOrder(run, last, snapshots);
        averageLast.ifPresent(k -> checkAverage(k, candidates.size()));
        Candidate end = candidates.get(candidates.size() - 1);
        boolean choosing = candidates.size() > 1 && !sets.validation().isEmpty();
        BestOnValidation best = new BestOnValidation();
        List<ScoreLine> lines = new ArrayList<>();
        withModel(last, ScoreLine.LAST, model -> {
            Map<Scoring, Evaluation> onTest = model.scores(sets.test());
            lines.addAll(finished(run.lines(ScoreLine.LAST, sets.name(), onTest)));
            if (choosing) {
                best.tested(end.step(), onTest);
                best.consider(end.step(), model.scores(sets.validation()));
            }
        });
        if (choosing) {
            chooseAmong(candidates.subList(0, candidates.size() - 1), best);
            lines.addAll(finished(run.lines(ScoreLine.BEST_VALIDATION, sets.name(), best.evaluations())));
        }
        averageLast.ifPresent(k -> lines.addAll(finished(averaged(run, candidates, k))));
        return List.copyOf(lines);
    }

    private List<ScoreLine> finished(List<ScoreLine> lines) {
        progress.finished(lines);
        return lines;
    }

    private static List<Candidate> inOrder(RunSettings run, ModelFiles last, List<Candidate> snapshots) {
        List<Candidate> candidates = new ArrayList<>(snapshots);
        candidates.sort(Comparator.comparingInt(Candidate::step));
        candidates.add(new Candidate(run.steps(), last));
        for (int i = 0; i + 1 < candidates.size(); i++) {
            if (candidates.get(i).step() >= run.steps()) {
                throw new IllegalArgumentException(
                        "snapshot " + candidates.get(i).files().folder() + " is of step "
                                + candidates.get(i).step() + ", but the run's last model is of step " + run.steps());
            }
            if (candidates.get(i).step() == candidates.get(i + 1).step()) {
                throw new IllegalArgumentException(
                        "snapshots " + candidates.get(i).files().folder() + " and "
                                + candidates.get(i + 1).files().folder() + " are of the same step");
            }
        }
        return List.copyOf(candidates);
    }

    private static void checkAverage(int k, int models) {
        if (k < 2 || k > models) {
            throw new IllegalArgumentException("can't average the last " + k + " of " + models
                    + " models; the last one is among them, so give as many snapshots less one");
        }
    }

    private void chooseAmong(List<Candidate> snapshots, BestOnValidation best) {
        Candidate newest = snapshots.get(snapshots.size() - 1);
        for (Candidate snapshot : snapshots) {
            withModel(snapshot.files(), name(snapshot), model -> {
                best.consider(snapshot.step(), model.scores(sets.validation()));
                // With the newest every choice is made: what it was chosen for is scored while it is open.
                if (snapshot.equals(newest)) {
                    test(snapshot, model, best);
                }
            });
        }
        for (Candidate snapshot : snapshots.subList(0, snapshots.size() - 1)) {
            if (!best.languagesOf(snapshot.step()).isEmpty()) {
                withModel(snapshot.files(), name(snapshot), model -> test(snapshot, model, best));
            }
        }
    }

    private void test(Candidate snapshot, OpenModel model, BestOnValidation best) {
        SortedMap<String, List<Corpus>> chosenFor = new TreeMap<>(sets.test());
        chosenFor.keySet().retainAll(best.languagesOf(snapshot.step()));
        if (!chosenFor.isEmpty()) {
            best.tested(snapshot.step(), model.scores(chosenFor));
        }
    }

    private List<ScoreLine> averaged(RunSettings run, List<Candidate> candidates, int k) {
        String protocol = ScoreLine.averageLast(k);
        Path average = workFolder.resolve(protocol);
        List<ModelFiles> averaged = candidates.subList(candidates.size() - k, candidates.size()).stream()
                .map(Candidate::files)
                .toList();
        List<ScoreLine> lines = new ArrayList<>();
        checkCancelled(protocol);
        try {
            WeightAverage.write(averaged, average);
            withModel(
                    ModelFiles.in(average),
                    protocol,
                    model -> lines.addAll(run.lines(protocol, sets.name(), model.scores(sets.test()))));
        } finally {
            delete(average);
        }
        return lines;
    }

    /** A model while it is open. */
    private record OpenModel(Tagger tagger, String name, Progress progress) {
        Map<Scoring, Evaluation> scores(SortedMap<String, List<Corpus>> corpora) {
            return BenchmarkScorer.score(
                    tagger, corpora, (sentences, total, corpus) -> progress.scored(name, sentences, total, corpus));
        }
    }

    private void withModel(ModelFiles files, String name, Consumer<OpenModel> task) {
        checkCancelled(name);
        try (Tagger tagger = engine.tagger(files, name)) {
            task.accept(new OpenModel(tagger, name, progress));
        }
    }

    private void checkCancelled(String model) {
        if (cancelled.getAsBoolean()) {
            throw new ExperimentException("cancelled before " + model + " was scored");
        }
    }

    private static String name(Candidate snapshot) {
        return "step " + snapshot.step();
    }

    /** A model's folder has no folders in it. */
    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot delete " + folder, failure);
        }
    }
}
