package dev.slicer.segmentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.text.Word;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentencesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "en | It rained. “Really?” She left!        | It rained . / “ Really ? ” / She left ! /",
                "en | Dr. A. B. Mensah won 3.5 million. Ok. | Dr. A. B. Mensah won 3.5 million . / Ok . /",
                "en | Accra . Then Lagos                    | Accra . / Then Lagos /",
                "zh | 我住在北京。她走了。                    | 我 住在 北京 。 / 她 走了 。 /",
                "hi | बारिश हुई। वह गया।                     | बारिश हुई । / वह गया । /",
                "ar | وصل أحمد. هل رحل؟ نعم                 | وصل أحمد . / هل رحل ؟ / نعم /",
                "am | ሄዱ። መጡ።                              | ሄዱ ። / መጡ ። /",
                "th | ฝนตก                                 | ฝน ตก /"
            })
    void shouldFindTheEndsOfSentences(String language, String text, String expected) {
        assertThat(String.join(" ", divided(text, language))).isEqualTo(expected);
    }

    @Test
    void shouldEndASentenceWithItsLine() {
        assertThat(divided("Chapter one\r\nIt rained", "en"))
                .containsExactly("Chapter", "one", "/", "It", "rained", "/");
        assertThat(divided("บทที่หนึ่ง\nฝนตก", "th")).contains("/").endsWith("/");
    }

    @Test
    void shouldHaveNoEndWithoutWords() {
        assertThat(Sentences.ends(" ", List.of(), Optional.empty()).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u200b", "\ufffd", "\ue000", "\u0000", "\ufe0f"})
    void shouldEndTheSameSentencesBesideWhatSaysNothing(String silent) {
        // Given: between an abbreviation and a name, and before what goes on with a sentence
        List<String> words =
                List.of("Henry", "T.", "Okafor", "left", ".", "Ama", "waited", "...", ",", "he", "said", ".");
        List<String> withSilent = new ArrayList<>();
        words.forEach(word -> withSilent.addAll(List.of(word, silent)));

        // When
        BitSet ends = endsOf(words);
        BitSet endsWithSilent = endsOf(withSilent);

        // Then: the last word is one that says nothing
        assertThat(ends.stream()).contains(4, 11).doesNotContain(1, 7);
        endsWithSilent.clear(withSilent.size() - 1);
        assertThat(endsWithSilent.stream().map(end -> end / 2).boxed())
                .containsExactlyElementsOf(ends.stream()
                        .filter(end -> end < words.size() - 1)
                        .boxed()
                        .toList());
    }

    private static BitSet endsOf(List<String> words) {
        Detokenizer.Joined joined = Detokenizer.join(words, "en");
        return Sentences.ends(joined.text(), joined.words(), Optional.of("en"));
    }

    @Property
    void shouldEndOnlyWithWordsOfTheText(@ForAll String text) {
        List<Word> words = WordBreaker.words(text, Optional.empty());

        BitSet ends = Sentences.ends(text, words, Optional.empty());

        assertThat(ends.length()).isEqualTo(words.size());
    }

    private static List<String> divided(String text, String language) {
        List<Word> words = WordBreaker.words(text, Optional.of(language));
        BitSet ends = Sentences.ends(text, words, Optional.of(language));
        List<String> divided = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            divided.add(words.get(i).of(text));
            if (ends.get(i)) {
                divided.add("/");
            }
        }
        return divided;
    }
}
