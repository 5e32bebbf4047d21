package dev.slicer.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.Words;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.metrics.Scoring;
import dev.slicer.tagging.Tagger;
import dev.slicer.training.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunScorerTest {
    private static final RunSettings RUN =
            new RunSettings("en", 8, ClassifierMode.FROZEN, Words.TRAINED, 5e-5, 30, OptionalLong.of(42));
    private static final Path LAST = Path.of("last");
    private static final Snapshot TEN = new Snapshot(10, Path.of("step-10"));
    private static final Snapshot TWENTY = new Snapshot(20, Path.of("step-20"));

    @TempDir
    Path work;

    private final List<String> opened = new ArrayList<>();
    private final List<String> scored = new ArrayList<>();

    /** By model the corpora that it knows the place of. */
    private final Map<String, Set<String>> knowledge = new TreeMap<>();

    @Test
    void shouldChooseForEachLanguageTheModelThatIsBestOnItsValidationSet() {
        // Given: step 10 is the best on Yoruba, the last on Swahili
        knowledge.put("step-10", Set.of("yo-validation", "yo-test"));
        knowledge.put("step-20", Set.of());
        knowledge.put("last", Set.of("sw-validation"));

        // When
        List<ScoreLine> lines = scorer(sets("sw", "yo")).score(RUN, LAST, List.of(TWENTY, TEN), OptionalInt.empty());

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
                        Scoring.STRICT_IOB2,
                        0,
                        Words.TRAINED));
    }

    @Test
    void shouldOpenNoModelMoreOftenThanNeeded() {
        // Given: step 10 is the best on Yoruba, step 20 on Swahili
        knowledge.put("step-10", Set.of("yo-validation"));
        knowledge.put("step-20", Set.of("sw-validation"));
        knowledge.put("last", Set.of());

        // When
        scorer(sets("sw", "yo")).score(RUN, LAST, List.of(TEN, TWENTY), OptionalInt.empty());

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
        knowledge.put("step-10", Set.of("sw-validation", "yo-validation", "sw-test", "yo-test"));
        knowledge.put("step-20", Set.of("sw-validation", "yo-validation", "yo-test"));
        knowledge.put("last", Set.of("yo-validation"));

        // When
        List<ScoreLine> lines = scorer(sets("sw", "yo")).score(RUN, LAST, List.of(TEN, TWENTY), OptionalInt.empty());

        // Then: step 20 on Swahili, the last on Yoruba
        assertThat(strict(lines)).contains("best-validation sw 0.0", "best-validation yo 0.0");
        assertThat(opened).containsExactly("last", "step 10", "step 20");
    }

    @Test
    void shouldScoreTheAverageOfTheLastModelsAndLeaveNothingOfIt() {
        // Given
        knowledge.put("step-20+last", Set.of("sw-test"));
        knowledge.put("last", Set.of());

        // When
        List<ScoreLine> lines = scorer(new BenchmarkSets("tiny", corpora("test", "sw"), new TreeMap<>()))
                .score(RUN, LAST, List.of(TEN, TWENTY), OptionalInt.of(2));

        // Then: without validation sets nothing is chosen
        assertThat(strict(lines)).containsExactly("last sw 0.0", "average-last-2 sw 1.0");
        assertThat(opened).containsExactly("last", "average-last-2");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void shouldChooseOnlyForLanguagesWithAValidationSet() {
        // Given
        knowledge.put("step-10", Set.of());
        knowledge.put("last", Set.of());
        BenchmarkSets sets = new BenchmarkSets("tiny", corpora("test", "sw", "yo"), corpora("validation", "yo"));

        // When
        List<ScoreLine> lines = scorer(sets).score(RUN, LAST, List.of(TEN), OptionalInt.empty());

        // Then
        assertThat(strict(lines)).containsExactly("last sw 0.0", "last yo 0.0", "best-validation yo 0.0");
    }

    @Test
    void shouldHandOutWhatItKnowsBeforeItIsCancelled() {
        // Given
        knowledge.put("last", Set.of());
        List<ScoreLine> known = new ArrayList<>();
        RunScorer.Progress progress = new RunScorer.Progress() {
            @Override
            public void scored(String model, long sentences, long total, String corpus) {}

            @Override
            public void finished(List<ScoreLine> lines) {
                known.addAll(lines);
            }
        };
        RunScorer scorer = new RunScorer(sets("sw"), models(), work, progress, () -> opened.size() == 1);

        // Then
        assertThatThrownBy(() -> scorer.score(RUN, LAST, List.of(TEN), OptionalInt.empty()))
                .isInstanceOf(ExperimentException.class)
                .hasMessage("cancelled before step 10 was scored");
        assertThat(strict(known)).containsExactly("last sw 0.0");
    }

    @Test
    void shouldRefuseModelsThatAreNoSequence() {
        RunScorer scorer = scorer(sets("sw"));

        assertThatThrownBy(() -> scorer.score(RUN, LAST, List.of(new Snapshot(30, LAST)), OptionalInt.empty()))
                .hasMessage("snapshot last is of step 30, but the run's last model is of step 30");
        assertThatThrownBy(() ->
                        scorer.score(RUN, LAST, List.of(TEN, new Snapshot(10, Path.of("again"))), OptionalInt.empty()))
                .hasMessage("snapshots step-10 and again are of the same step");
        assertThatThrownBy(() -> scorer.score(RUN, LAST, List.of(TEN), OptionalInt.of(3)))
                .hasMessageStartingWith("can't average the last 3 of 2 models");
        assertThatThrownBy(() -> new BenchmarkSets("tiny", corpora("test", "sw"), corpora("validation", "yo")))
                .hasMessage("there is a validation set of language yo, but no test set");
        assertThat(opened).isEmpty();
    }

    private RunScorer scorer(BenchmarkSets sets) {
        return new RunScorer(
                sets,
                models(),
                work,
                (model, sentences, total, corpus) -> scored.add(model + " " + corpus),
                () -> false);
    }

    private RunScorer.Models models() {
        return new RunScorer.Models() {
            @Override
            public Tagger open(Path folder, String modelId) {
                opened.add(modelId);
                return new KnownNamesTagger(modelId, knowledge.get(content(folder)));
            }

            @Override
            public void average(List<Path> folders, Path output) {
                List<String> names = folders.stream().map(Path::toString).toList();
                try {
                    Files.createDirectory(output);
                    Files.writeString(output.resolve("models"), String.join("+", names));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }
        };
    }

    private static String content(Path folder) {
        try {
            Path average = folder.resolve("models");
            return Files.exists(average) ? Files.readString(average) : folder.toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
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
                .filter(line -> line.scoring() == Scoring.STRICT_IOB2)
                .map(line -> line.protocol() + " " + line.language() + " " + line.f1())
                .toList();
    }
}
