package dev.slicer.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.text.Word;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordSpansTest {
    /** {@code Wangari Maathai alizaliwa}. */
    private static final List<Word> WORDS = List.of(new Word(0, 7), new Word(8, 15), new Word(16, 25));

    @Test
    void shouldTakeEachWordOfWhichTheEntityHasACharacter() {
        assertThat(WordSpans.covering(WORDS, "PER", 0, 15)).contains(new Span("PER", 0, 2));
        assertThat(WordSpans.covering(WORDS, "PER", 6, 9)).contains(new Span("PER", 0, 2));
        assertThat(WordSpans.covering(WORDS, "PER", 7, 9)).contains(new Span("PER", 1, 2));
        assertThat(WordSpans.covering(WORDS, "PER", 24, 25)).contains(new Span("PER", 2, 3));
    }

    @Test
    void shouldFindNoWordBetweenWordsAndBehindThem() {
        assertThat(WordSpans.covering(WORDS, "PER", 7, 8)).isEmpty();
        assertThat(WordSpans.covering(WORDS, "PER", 25, 30)).isEmpty();
    }
}
