package dev.slicer.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.Sentence;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Evaluation;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BenchmarkScorerTest {
    private static final BenchmarkScorer.Progress UNHEARD = (sentences, total, corpus) -> {};

    @Test
    void shouldScoreOneTaggingInAllScorings() {
        // Given: the second piece of Addis-Ababa is predicted on its own, and wrongly, and so is na
        Corpus corpus = corpus(
                "sw.test",
                new Sentence(List.of("Nyeri", "na", "Addis-Ababa"), List.of("B-LOC", "O", "B-LOC")),
                new Sentence(List.of("Kisumu"), List.of("B-LOC")));

        // When
        Map<Scoring, Evaluation> scores =
                BenchmarkScorer.score(tagger("Nyeri", "Addis-Ababa"), sets("sw", List.of(corpus)), UNHEARD);

        // Then
        assertThat(scores).containsOnlyKeys(Scoring.values());
        assertThat(micro(scores, Scoring.STRICT)).isEqualTo(new Counts(2, 0, 1));
        assertThat(micro(scores, Scoring.CONLLEVAL)).isEqualTo(new Counts(2, 1, 1));
        // Gold: LOC, O, LOC LOC and LOC; predicted: LOC, O, LOC PER and O.
        assertThat(micro(scores, Scoring.SUB_TOKEN)).isEqualTo(new Counts(2, 1, 2));
    }

    @Test
    void shouldScoreCorporaOfALanguageTogetherAndSayHowFarItIs() {
        // Given
        Sentence sentence = new Sentence(List.of("Nyeri"), List.of("B-LOC"));
        Corpus many = new Corpus("many", Collections.nCopies(100, sentence), "sha256:0");
        List<String> heard = new ArrayList<>();

        // When
        Map<Scoring, Evaluation> scores = BenchmarkScorer.score(
                tagger("Nyeri"),
                sets("sw", List.of(many, corpus("few", sentence))),
                (sentences, total, corpus) -> heard.add(sentences + "/" + total + " " + corpus));

        // Then
        assertThat(heard).containsExactly("64/101 many", "100/101 many", "101/101 few");
        assertThat(micro(scores, Scoring.STRICT)).isEqualTo(new Counts(101, 0, 0));
    }

    @Test
    void shouldRefuseTypesThatTheModelDoesNotKnow() {
        // Given
        Corpus corpus = corpus(
                "yo.test.conll",
                new Sentence(List.of("Nyeri"), List.of("B-LOC")),
                new Sentence(List.of("jana", "leo"), List.of("B-DATE", "B-TIME")));

        // Then
        assertThatThrownBy(() -> BenchmarkScorer.score(tagger("Nyeri"), sets("yo", List.of(corpus)), UNHEARD))
                .isInstanceOf(CorpusException.class)
                .hasMessage(
                        "yo.test.conll: has entities of types that known-names does not know: DATE, TIME, the first in"
                                + " sentence 2; it knows PER, LOC. Drop or rename them while reading, as with"
                                + " --label-map DATE=O,TIME=O");
    }

    @Test
    void shouldRefuseACorpusWithoutSentences() {
        Corpus empty = corpus("empty.conll");

        assertThatThrownBy(() -> BenchmarkScorer.score(tagger(), sets("yo", List.of(empty)), UNHEARD))
                .isInstanceOf(CorpusException.class)
                .hasMessage("empty.conll: no sentence in it");
        assertThatThrownBy(() -> new BenchmarkSets("tiny", sets("yo", List.of(empty)), new TreeMap<>()))
                .isInstanceOf(CorpusException.class)
                .hasMessage("empty.conll: no sentence in it");
    }

    private static KnownNamesTagger tagger(String... places) {
        return new KnownNamesTagger("known-names", Set.of(places));
    }

    private static Corpus corpus(String name, Sentence... sentences) {
        return new Corpus(name, List.of(sentences), "sha256:0");
    }

    private static TreeMap<String, List<Corpus>> sets(String language, List<Corpus> corpora) {
        return new TreeMap<>(Map.of(language, corpora));
    }

    private static Counts micro(Map<Scoring, Evaluation> scores, Scoring scoring) {
        return scores.get(scoring).pooled().micro();
    }
}
