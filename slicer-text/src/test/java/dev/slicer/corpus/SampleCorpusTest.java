package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.labels.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleCorpusTest {

    @Test
    void shouldHoldThreeHundredDifferentEnglishTrainingSentences() {
        List<Sentence> train = SampleCorpus.train().sentences();

        assertThat(train).hasSizeGreaterThanOrEqualTo(300).doesNotHaveDuplicates();
        assertThat(train).doesNotContainAnyElementsOf(SampleCorpus.test("en").sentences());
    }

    @ParameterizedTest
    @MethodSource("dev.slicer.corpus.SampleCorpus#languages")
    void shouldHoldTwentyFiveTestSentencesWithEveryType(String language) {
        List<Sentence> test = SampleCorpus.test(language).sentences();

        assertThat(test).hasSizeGreaterThanOrEqualTo(25).doesNotHaveDuplicates();
        Set<String> types = new HashSet<>();
        for (Sentence sentence : test) {
            Spans.ofStrictIob2(sentence.tags()).forEach(span -> types.add(span.type()));
            assertThat(Spans.ofConlleval(sentence.tags())).isEqualTo(Spans.ofStrictIob2(sentence.tags()));
        }
        assertThat(types).containsExactlyInAnyOrder("PER", "ORG", "LOC");
    }

    @Test
    void shouldOpenSamplesPathsAndFileUris(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a b.conll"), "Accra B-LOC\n");

        assertThat(Corpora.open("sample:sw.test", LabelMap.identity())).isEqualTo(SampleCorpus.test("sw"));
        assertThat(Corpora.open("sample:en.train", LabelMap.identity())).isEqualTo(SampleCorpus.train());
        assertThat(Corpora.open(file.toString(), LabelMap.identity()).name()).isEqualTo("a b.conll");
        assertThat(Corpora.open(file.toUri().toString(), LabelMap.identity()).sentences())
                .hasSize(1);
    }

    @Test
    void shouldApplyLabelMapToSamples() {
        Corpus corpus = Corpora.open("sample:en.test", LabelMap.parse("PER=O,ORG=O"));

        assertThat(corpus.sentences()).flatExtracting(Sentence::tags).containsOnly("O", "B-LOC", "I-LOC");
        assertThat(corpus.fingerprint()).isNotEqualTo(SampleCorpus.test("en").fingerprint());
    }

    @Test
    void shouldSayWhichSamplesThereAreWhenOneIsUnknown() {
        assertThatThrownBy(() -> Corpora.open("sample:fr.test", LabelMap.identity()))
                .isInstanceOf(CorpusException.class)
                .hasMessageStartingWith(
                        "sample:fr.test: no such sample; there are en.train, and LANGUAGE.test for en,");
        assertThatThrownBy(() -> SampleCorpus.test("fr"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no sample test set for 'fr'");
    }

    @Test
    void shouldNameReferenceThatIsNoFile() {
        assertThatThrownBy(() -> Corpora.open(" ", LabelMap.identity())).hasMessage("' ': no corpus reference");
        assertThatThrownBy(() -> Corpora.open("file:relative", LabelMap.identity()))
                .isInstanceOf(CorpusException.class)
                .hasMessage("file:relative: no path and no file: URI");
    }
}
