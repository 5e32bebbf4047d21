package dev.slicer.segmentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.text.Word;
import java.text.Normalizer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\ufffd",
                "\ufffc",
                "\ue000",
                "\udbff\udffd",
                "\u200b",
                "\u200c",
                "\u200d",
                "\u2060",
                "\ufeff",
                "\u00ad",
                "\ufe0e",
                "\ufe0f",
                "\udb40\udd00",
                "\u200e",
                "\u202e",
                "\u2069",
                "\u061c",
                "\u0000",
                "\u0007",
                "\u001b",
                "\u007f",
                "\u0378",
                "\uffff",
                "\ud83d",
                "\u034f"
            })
    void shouldReadOverCharactersThatSayNothing(String silent) {
        assertThat(ReadableText.form(silent)).isEmpty();
        assertThat(ReadableText.form(silent + "An" + silent + silent + "na" + silent))
                .isEqualTo("Anna");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "می\u200cگوید", "ශ්\u200dරී", "র\u200d্য", "❤\ufe0f", "👨\u200d👩\u200d👧", "1\ufe0f\u20e3",
                "🏴\udb40\udc67\udb40\udc62\udb40\udc7f", "ភាសា\u200bខ្មែរ", "a\tb\n", "\u1112\u1160", "\u3164", "ọ̀sẹ̀"
            })
    void shouldReadCharactersThatShapeOrDivideWhatIsBesideThem(String text) {
        assertThat(ReadableText.form(text)).isEqualTo(text);
    }

    @Test
    void shouldComposeAndKnowWhereEachWordIsInTheTextAsSent() {
        // Given: decomposed, with a character that says nothing between a letter and its accent
        String sent = "O\u0323\u0300s\u0323un\ufffd \ud83d\ude00 e\u00ad\u0301te\u0301\ufeff";
        ReadableText readable = ReadableText.of(sent);

        // When
        String text = readable.text();
        List<Word> words = readable.sentWords(List.of(word(text, "Ọ̀ṣun"), word(text, "😀"), word(text, "été")));

        // Then
        assertThat(text).isEqualTo("Ọ̀ṣun 😀 été");
        assertThat(words)
                .extracting(word -> word.of(sent))
                .containsExactly("O\u0323\u0300s\u0323un", "\ud83d\ude00", "e\u00ad\u0301te\u0301");
    }

    @Property
    void shouldReadAnyTextComposedAndOnce(@ForAll String sent) {
        String form = ReadableText.form(sent);

        assertThat(Normalizer.isNormalized(form, Normalizer.Form.NFC)).isTrue();
        assertThat(ReadableText.form(form)).isEqualTo(form);
    }

    @Test
    void shouldReadTheSampleAsItIs() {
        for (String language : SampleCorpus.languages()) {
            for (Sentence sentence : SampleCorpus.test(language).sentences()) {
                assertThat(sentence.words())
                        .allSatisfy(word -> assertThat(ReadableText.form(word)).isSameAs(word));
            }
        }
    }

    private static Word word(String text, String word) {
        int start = text.indexOf(word);
        return new Word(start, start + word.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\ud83c\udff4\udb40\udc67\udb40\udc7f\u200d\ud83d\ude00",
                "\ud83d\ude00\u0301\u200d\ud83d\ude00",
                "\ud83d\ude00\u200c\u200d\ud83d\ude00"
            })
    void shouldKeepTheJoinerThatMakesOneEmojiOfTwoWhateverTheFirstIsMarkedWith(String joined) {
        assertThat(ReadableText.form(joined)).isEqualTo(joined);
    }
}
