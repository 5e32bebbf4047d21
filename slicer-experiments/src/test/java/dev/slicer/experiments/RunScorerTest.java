package dev.slicer.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.RunScorer.Candidate;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.labels.LabelSet;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunScorerTest {
    private static final RunSettings RUN = new RunSettings(
            "en",
            8,
            ClassifierMode.FROZEN,
            EmbeddingTraining.TRAINED,
            5e-5,
            30,
            OptionalLong.of(42),
            OptionalInt.empty());
    /** Models are told apart by their weights, of which an average has the mean. */
    private static final float STEP_10 = 10;

    private static final float STEP_20 = 20;
    private static final float AT_LAST = 30;
    private static final float MEAN_OF_STEP_20_AND_LAST = 25;

    @TempDir
    Path work;

    @TempDir
    Path models;

    private ModelFiles last;
    private Candidate ten;
    private Candidate twenty;

    private final List<String> opened = new ArrayList<>();
    private final List<String> scored = new ArrayList<>();

    /** By a model's weight the corpora that it knows the place of. */
    private final Map<Float, Set<String>> knowledge = new TreeMap<>();

    @BeforeEach
    void write() {
        last = ModelFiles.in(write("last", AT_LAST));
        ten = new Candidate(10, ModelFiles.in(write("step-10", STEP_10)));
        twenty = new Candidate(20, ModelFiles.in(write("step-20", STEP_20)));
    }

    private Path write(String name, float weight) {
        return FakeEngine.writeModel(models.resolve(name), LabelSet.ofTypes(List.of("LOC")), 8, weight);
    }

    @Test
    void shouldChooseForEachLanguageTheModelThatIsBestOnItsValidationSet() {
        // Given: step 10 is the best on Yoruba, the last on Swahili
        knowledge.put(STEP_10, Set.of("yo-validation", "yo-test"));
        knowledge.put(STEP_20, Set.of());
        knowledge.put(AT_LAST, Set.of("sw-validation"));

        // When
        List<ScoreLine> lines = scorer(sets("sw", "yo")).score(RUN, last, List.of(twenty, ten), OptionalInt.empty());

        // Then
        assertThat(strict(lines))
                .containsExactly("last sw 0.0", "last yo 0.0", "best-validation sw 0.0", "best-validation yo 1.0");
        assertThat(lines).hasSize(4 * Scoring.values().length);
        assertThat(lines.get(0))
                .isEqualTo(new ScoreLine(
                        "en",
                        8,
                        ClassifierMode.FROZEN,
                        5e-5,
                        30,
                        OptionalLong.of(42),
                        "last",
                        "tiny",
                        "sw",
                        Scoring.STRICT,
                        0,
                        EmbeddingTraining.TRAINED,
                        OptionalInt.empty()));
    }

    @Test
    void shouldOpenNoModelMoreOftenThanNeeded() {
        // Given: step 10 is the best on Yoruba, step 20 on Swahili
        knowledge.put(STEP_10, Set.of("yo-validation"));
        knowledge.put(STEP_20, Set.of("sw-validation"));
        knowledge.put(AT_LAST, Set.of());

        // When
        scorer(sets("sw", "yo")).score(RUN, last, List.of(ten, twenty), OptionalInt.empty());

        // Then: step 10 again, since that it is Yoruba's best was not known before step 20 was seen
        assertThat(opened).containsExactly("last", "step 10", "step 20", "step 10");
        assertThat(scored)
                .containsExactly(
                        "last sw-test",
                        "last yo-test",
                        "last sw-validation",
                        "last yo-validation",
                        "step 10 sw-validation",
                        "step 10 yo-validation",
                        "step 20 sw-validation",
                        "step 20 yo-validation",
                        "step 20 sw-test",
                        "step 10 yo-test");
    }

    @Test
    void shouldChooseTheLatestOfEquallyGoodModels() {
        // Given
        knowledge.put(STEP_10, Set.of("sw-validation", "yo-validation", "sw-test", "yo-test"));
        knowledge.put(STEP_20, Set.of("sw-validation", "yo-validation", "yo-test"));
        knowledge.put(AT_LAST, Set.of("yo-validation"));

        // When
        List<ScoreLine> lines = scorer(sets("sw", "yo")).score(RUN, last, List.of(ten, twenty), OptionalInt.empty());

        // Then: step 20 on Swahili, the last on Yoruba
        assertThat(strict(lines)).contains("best-validation sw 0.0", "best-validation yo 0.0");
        assertThat(opened).containsExactly("last", "step 10", "step 20");
    }

    @Test
    void shouldScoreTheAverageOfTheLastModelsAndLeaveNothingOfIt() {
        // Given
        knowledge.put(MEAN_OF_STEP_20_AND_LAST, Set.of("sw-test"));
        knowledge.put(AT_LAST, Set.of());

        // When
        List<ScoreLine> lines = scorer(new BenchmarkSets("tiny", corpora("test", "sw"), new TreeMap<>()))
                .score(RUN, last, List.of(ten, twenty), OptionalInt.of(2));

        // Then: without validation sets nothing is chosen
        assertThat(strict(lines)).containsExactly("last sw 0.0", "average-last-2 sw 1.0");
        assertThat(opened).containsExactly("last", "average-last-2");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void shouldChooseOnlyForLanguagesWithAValidationSet() {
        // Given
        knowledge.put(STEP_10, Set.of());
        knowledge.put(AT_LAST, Set.of());
        BenchmarkSets sets = new BenchmarkSets("tiny", corpora("test", "sw", "yo"), corpora("validation", "yo"));

        // When
        List<ScoreLine> lines = scorer(sets).score(RUN, last, List.of(ten), OptionalInt.empty());

        // Then
        assertThat(strict(lines)).containsExactly("last sw 0.0", "last yo 0.0", "best-validation yo 0.0");
    }

    @Test
    void shouldHandOutWhatItKnowsBeforeItIsCancelled() {
        // Given
        knowledge.put(AT_LAST, Set.of());
        List<ScoreLine> known = new ArrayList<>();
        RunScorer.Progress progress = new RunScorer.Progress() {
            @Override
            public void scored(String model, long sentences, long total, String corpus) {}

            @Override
            public void finished(List<ScoreLine> lines) {
                known.addAll(lines);
            }
        };
        RunScorer scorer = new RunScorer(sets("sw"), engine(), work, progress, () -> opened.size() == 1);

        // Then
        assertThatThrownBy(() -> scorer.score(RUN, last, List.of(ten), OptionalInt.empty()))
                .isInstanceOf(ExperimentException.class)
                .hasMessage("cancelled before step 10 was scored");
        assertThat(strict(known)).containsExactly("last sw 0.0");
    }

    @Test
    void shouldRefuseModelsThatAreNoSequence() {
        RunScorer scorer = scorer(sets("sw"));

        assertThatThrownBy(() -> scorer.score(RUN, last, List.of(new Candidate(30, last)), OptionalInt.empty()))
                .hasMessage("snapshot " + last.folder() + " is of step 30, but the run's last model is of step 30");
        assertThatThrownBy(() -> scorer.score(
                        RUN,
                        last,
                        List.of(ten, new Candidate(10, ModelFiles.in(models.resolve("again")))),
                        OptionalInt.empty()))
                .hasMessage("snapshots " + ten.files().folder() + " and " + models.resolve("again")
                        + " are of the same step");
        assertThatThrownBy(() -> scorer.score(RUN, last, List.of(ten), OptionalInt.of(3)))
                .hasMessageStartingWith("can't average the last 3 of 2 models");
        assertThatThrownBy(() -> new BenchmarkSets("tiny", corpora("test", "sw"), corpora("validation", "yo")))
                .hasMessage("there is a validation set of language yo, but no test set");
        assertThat(opened).isEmpty();
    }

    private RunScorer scorer(BenchmarkSets sets) {
        return new RunScorer(
                sets,
                engine(),
                work,
                (model, sentences, total, corpus) -> scored.add(model + " " + corpus),
                () -> false);
    }

    /** Opens models that know what their weight stands for. */
    private Engine engine() {
        return new FakeEngine(reference -> reference) {
            @Override
            public Tagger tagger(ModelFiles files, String modelId) {
                opened.add(modelId);
                return new KnownNamesTagger(modelId, knowledge.get(FakeEngine.weight(files.folder())));
            }
        };
    }

    private static BenchmarkSets sets(String... languages) {
        return new BenchmarkSets("tiny", corpora("test", languages), corpora("validation", languages));
    }

    /** Each corpus is one place, by whose name a model is told what it knows. */
    private static TreeMap<String, List<Corpus>> corpora(String part, String... languages) {
        TreeMap<String, List<Corpus>> corpora = new TreeMap<>();
        Stream.of(languages).forEach(language -> {
            String name = language + "-" + part;
            Sentence sentence = new Sentence(List.of(name), List.of("B-LOC"));
            corpora.put(language, List.of(new Corpus(name, List.of(sentence), "sha256:0")));
        });
        return corpora;
    }

    private static List<String> strict(List<ScoreLine> lines) {
        return lines.stream()
                .filter(line -> line.scoring() == Scoring.STRICT)
                .map(line -> line.protocol() + " " + line.language() + " " + line.f1())
                .toList();
    }
}
