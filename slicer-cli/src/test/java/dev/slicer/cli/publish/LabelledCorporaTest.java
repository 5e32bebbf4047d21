package dev.slicer.cli.publish;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.corpus.Corpus;
import dev.slicer.corpus.CorpusException;
import dev.slicer.corpus.Sentence;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelledCorporaTest {
    private static final Sentence GOOD = new Sentence(List.of("Nyeri"), List.of("B-LOC"));

    @Test
    void shouldNameTheSentenceThatMakesNoDocument() {
        // Given
        Corpus corpus = new Corpus("sw.conll", List.of(GOOD, new Sentence(List.of(" "), List.of("O"))), "sha256:0");

        // When and then
        assertThatThrownBy(() -> LabelledCorpora.documents("news", Map.of("sw", List.of(corpus))))
                .isInstanceOf(CorpusException.class)
                .hasMessage("sw.conll: sentence 2: words is blank");
    }

    @Test
    void shouldNotGiveTwoDocumentsTheSameId() {
        // Given
        Corpus corpus = new Corpus("sw.conll", List.of(GOOD), "sha256:0");

        // When and then
        assertThatThrownBy(() -> LabelledCorpora.documents("news", Map.of("sw", List.of(corpus, corpus))))
                .isInstanceOf(CorpusException.class)
                .hasMessage("sw.conll: there are two corpora of this name in sw; rename one");
    }
}
