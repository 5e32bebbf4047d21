package dev.slicer.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.LabelledDocument.LabelledEntity;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledDocumentTest {
    private static final String HEAD = "{\"id\":\"1\",\"benchmark\":\"b\",\"language\":\"sw\"";

    @Test
    void shouldTakeATextWithItsEntitiesInPlaceOfWords() {
        // When
        LabelledDocument read = read(
                ",\"text\":\"Maathai, Nyeri\",\"entities\":[{\"type\":\"LOC\",\"start\":9,\"end\":14},{\"type\":\"PER\",\"start\":0,\"end\":7}]");

        // Then
        assertThat(read.words()).isEmpty();
        assertThat(read.entities().orElseThrow())
                .containsExactly(new LabelledEntity("LOC", 9, 14), new LabelledEntity("PER", 0, 7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                    | there must be words with tags, or text with entities
            ,"words":["a"]                                        | there must be one tag per word, got 1 words and 0 tags
            ,"words":["a","b"],"tags":["O"]                       | there must be one tag per word, got 2 words and 1 tags
            ,"words":[" "],"tags":["O"]                           | words is blank
            ,"entities":[]                                        | there are entities, but text is missing
            ,"text":"a","words":["a"],"tags":["O"],"entities":[]  | there are words with tags and entities
            ,"text":"abc","entities":[{"type":"X","start":0,"end":2},{"type":"Y","start":1,"end":3}] | the entity at 1..3 begins before the end of another, 2
            ,"text":"abc","entities":[{"type":"X","start":1,"end":4}] | the entity at 1..4 ends after the text, which has 3 UTF-16 units
            ,"text":"abc","entities":[{"type":"X","start":1,"end":1}] | entity offsets must satisfy 0 <= start < end, got 1..1
            """)
    void shouldSayWhatIsWrongWhenLabelsContradictThemselves(String rest, String message) {
        // When / Then
        assertThatThrownBy(() -> read(rest))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining(message);
    }

    private static LabelledDocument read(String rest) {
        return EventJson.read((HEAD + rest + "}").getBytes(StandardCharsets.UTF_8), LabelledDocument.class);
    }
}
