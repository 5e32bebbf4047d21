package dev.slicer.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordBreakerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "en  | Kenya's capital, Nairobi.        | Kenya 's capital , Nairobi .",
                "en  | the workers’ union’s demand      | the workers ’ union ’s demand",
                "en  | Jean-Paul O'Brien-Smith's well-known ‑ | Jean-Paul O'Brien-Smith 's well-known ‑",
                "en  | Covid-19 won 2-1 in 2010-12 - ok | Covid-19 won 2 - 1 in 2010 - 12 - ok",
                "en  | The U.S. and R.H. Saunders, J. Doe at St. Lawrence | The U.S. and R.H. Saunders , J. Doe at St. Lawrence",
                "en  | (\"Hello...\")                   | ( \" Hello . . . \" )",
                "en  | it cost $3.50, or 1,000%         | it cost $ 3.50 , or 1,000 %",
                "en  | don't                            | don't",
                "rw  | n'umuyobozi w'akarere            | n'umuyobozi w'akarere",
                "yo  | ọ̀fẹ́ ni Ìbàdàn                   | ọ̀fẹ́ ni Ìbàdàn",
                "th  | สวัสดีประเทศไทย                     | สวัสดี ประเทศไทย",
                "zh  | 我住在北京。                        | 我 住在 北京 。",
                "zh  | 北京-上海                        | 北京 - 上海",
                "ja  | 東京に行きます。                     | 東京 に 行き ます 。",
                "ar  | وصل الرئيس إلى القاهرة، أمس.     | وصل الرئيس إلى القاهرة ، أمس .",
                "hi  | दिल्ली में बारिश हुई।               | दिल्ली में बारिश हुई ।"
            })
    void shouldFindWordsAsInCorpora(String language, String text, String expected) {
        assertThat(words(text, language)).containsExactly(expected.split(" "));
    }

    @Test
    void shouldKeepEmojiWholeAndLeaveInvisibleCharactersOut() {
        assertThat(words(
                        "a\uD83D\uDC69\u200D\uD83D\uDCBB\uD83D\uDE00 \uD83C\uDDEC\uD83C\uDDED\u200B\r\n\u200Fמצרים\u200F \u0301 \u00A0",
                        "he"))
                .containsExactly(
                        "a", "\uD83D\uDC69\u200D\uD83D\uDCBB", "\uD83D\uDE00", "\uD83C\uDDEC\uD83C\uDDED", "מצרים");
    }

    @Test
    void shouldFindNoWordsWhereNothingIsVisible() {
        assertThat(WordBreaker.words("", Optional.empty())).isEmpty();
        assertThat(WordBreaker.words(" \r\n\t\u200B\uFEFF\u0000", Optional.empty()))
                .isEmpty();
    }

    @Test
    void shouldNotDivideWhatIsOneCharacterToReaders() {
        // Given a number sign that encloses its digits, and a Korean syllable with a vowel of old
        assertThat(words("\u0600\u0661\u0662 \uAC00\uD7B0", "ar"))
                .containsExactly("\u0600\u0661\u0662", "\uAC00\uD7B0");

        // And marks that go with the blank before them, and a number sign that takes the blank behind it
        assertThat(words("ah \u200D\uD83D\uDC4D \u0661\u0600 b", "ar"))
                .containsExactly("ah", "\uD83D\uDC4D", "\u0661", "b");
    }

    @Test
    void shouldTakeAnyLanguageCode() {
        for (String language : List.of("en", "zh-Hant-TW", "yor", "no such language", "")) {
            assertThat(words("Accra, Ghana", language)).containsExactly("Accra", ",", "Ghana");
        }
    }

    @Test
    void shouldAgreeWithTheSampleCorpusOnNearlyAllEnglishWords() {
        // Given
        int agreed = 0;
        int total = 0;
        for (Sentence sentence : SampleCorpus.train().sentences()) {
            Detokenizer.Joined joined = Detokenizer.join(sentence.words(), "en");

            // When
            List<Word> found = WordBreaker.words(joined.text(), Optional.of("en"));

            // Then
            total += joined.words().size();
            agreed += (int) joined.words().stream().filter(found::contains).count();
        }
        assertThat((double) agreed / total).isGreaterThan(0.995);
    }

    @Property
    void shouldLeaveNothingVisibleOutside(@ForAll String text) {
        // When
        List<Word> words = WordBreaker.words(text, Optional.empty());

        // Then
        int end = 0;
        for (Word word : words) {
            assertThat(word.start()).isGreaterThanOrEqualTo(end);
            assertThat(text.substring(end, word.start()).codePoints()).noneMatch(Character::isLetterOrDigit);
            end = word.end();
        }
        assertThat(text.substring(end).codePoints()).noneMatch(Character::isLetterOrDigit);
    }

    private static List<String> words(String text, String language) {
        return WordBreaker.words(text, Optional.of(language)).stream()
                .map(word -> word.of(text))
                .toList();
    }

    @Test
    void shouldDivideNeighboursOfScriptsThatHaveDictionariesOfTheirOwn() {
        String text = "กรุงเทพฯວຽງຈັນกรุงเทพฯ";

        assertThat(WordBreaker.words(text, Optional.empty()))
                .extracting(word -> word.of(text))
                .hasSizeGreaterThanOrEqualTo(3)
                .contains("ວຽງຈັນ");
    }
}
