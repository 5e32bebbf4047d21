package dev.slicer.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagSchemeTest {

    @ParameterizedTest
    @CsvSource({
        "IOB2,  B-PER I-PER O B-LOC, B-PER I-PER O B-LOC",
        "IOB2,  O I-PER I-LOC,       O B-PER B-LOC",
        "IOB1,  I-PER I-PER B-PER O, B-PER I-PER B-PER O",
        "IOB1,  I-PER I-LOC O I-LOC, B-PER B-LOC O B-LOC",
        "BILOU, B-PER I-PER L-PER O, B-PER I-PER I-PER O",
        "BILOU, U-PER U-PER U-LOC,   B-PER B-PER B-LOC",
        "BILOU, B-ORG E-ORG S-ORG O, B-ORG I-ORG B-ORG O",
        "BILOU, B-ORG L-ORG I-ORG,   B-ORG I-ORG B-ORG",
        "BILOU, O L-ORG L-ORG,       O B-ORG B-ORG",
        "BILOU, B-ORG L-PER,         B-ORG B-PER"
    })
    void shouldConvertToIob2(TagScheme scheme, String tags, String expected) {
        assertThat(scheme.toIob2(split(tags))).isEqualTo(split(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "IOB1,  I-PER I-PER O I-LOC",
        "IOB1,  I-PER B-PER O",
        "IOB2,  B-PER I-PER O",
        "IOB2,  O O",
        "IOB2,  B-PER O I-LOC",
        "BILOU, B-PER L-PER O",
        "BILOU, O S-PER"
    })
    void shouldDetectScheme(TagScheme expected, String tags) {
        assertThat(TagScheme.detect(List.of(split(tags)))).isEqualTo(expected);
    }

    @Test
    void shouldDetectSchemeOverTheWholeFileWhenOneSentenceIsAmbiguous() {
        // Given: the first sentence alone would be IOB2
        List<List<String>> sentences = List.of(split("O O"), split("O I-LOC"), split("I-LOC B-LOC"));

        // When
        TagScheme scheme = TagScheme.detect(sentences);

        // Then
        assertThat(scheme).isEqualTo(TagScheme.IOB1);
    }

    @Test
    void shouldNameTagThatBelongsToNoScheme() {
        assertThatThrownBy(() -> TagScheme.IOB2.toIob2(List.of("O", "U-PER")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tag 2 is no IOB2 tag");
        assertThat(List.of("B-", "PER", "b-PER", "o", "B_PER", "")).noneMatch(TagScheme::isTag);
    }

    private static List<String> split(String tags) {
        return List.of(tags.strip().split(" "));
    }
}
