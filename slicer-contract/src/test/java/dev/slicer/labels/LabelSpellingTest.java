package dev.slicer.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSpellingTest {

    @ParameterizedTest
    @CsvSource({
        "O B-PER I-PER L-LOC U-LOC,   O B-PER I-PER L-LOC U-LOC",
        "O B-PER M-PER E-PER S-PER,   O B-PER I-PER E-PER S-PER",
        "O B-PER M-PER E-PER W-PER,   O B-PER I-PER E-PER S-PER",
        "o b-PER i-PER b-o,           O B-PER I-PER O",
        "O B_PER I_PER I_O,           O B-PER I-PER O",
        "O PER-B PER-I O-B,           O B-PER I-PER O",
        "O PER_B PER_I,               O B-PER I-PER",
        "O PER LOC,                   O I-PER I-LOC",
        "O E-MAIL B-WORK_OF_ART,      O E-MAIL B-WORK_OF_ART",
        "O E_MAIL S_CITY,             O I-E_MAIL I-S_CITY",
        "LABEL_0 LABEL_1,             I-LABEL_0 I-LABEL_1",
        "B-O I-O O,                   O O O"
    })
    void shouldReadLabelsThatAreSpelledAlike(String labels, String tags) {
        assertThat(LabelSpelling.tags(List.of(labels.split(" "))).values()).containsExactly(tags.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "O B-PER I-PER LOC, 'LOC' is no tag beside B-PER",
                "O B-PER LOC-B,     'LOC-B' is no tag beside B-PER",
                "O B-PER N-PER,     'N-PER' is no tag beside B-PER",
                "O N-PER,           'N-PER' is no tag",
                "O B I,             'B' is no tag",
                "o b i,             'b' is no tag",
                "O 3,               '3' is no tag",
                "O -X-,             '-X-' is no tag"
            })
    void shouldNameTheLabelThatIsSpelledOtherwise(String labels, String problem) {
        assertThatThrownBy(() -> LabelSpelling.tags(List.of(labels.split(" "))))
                .isInstanceOf(LabelSpelling.UnreadableLabelException.class)
                .hasMessage(problem.strip() + "; expected O or a prefix of B I L U E S M W, as in B-PER");
    }

    @Test
    void shouldBelieveTypesAloneInACorpusOnlyBesideWhatIsOutside() {
        assertThat(LabelSpelling.tagsOfCorpus(List.of("PER", "O"))).containsEntry("PER", "I-PER");
        assertThatThrownBy(() -> LabelSpelling.tagsOfCorpus(List.of("NN", "VB")))
                .hasMessageStartingWith("'NN' is no tag");
    }
}
