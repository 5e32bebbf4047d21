package dev.slicer.segmentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.BreakIterator;
import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import dev.slicer.text.Word;
import java.text.Normalizer;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                "ta  | எம். ஜி. ராமச்சந்திரன் சென்னை நகரில் வா. | எம். ஜி. ராமச்சந்திரன் சென்னை நகரில் வா .",
                "te  | వై. ఎస్. రెడ్డి వచ్చారు.              | వై. ఎస్. రెడ్డి వచ్చారు .",
                "hi  | ए. पी. जे. अब्दुल कलाम, एम.एस. धोनी में. | ए. पी. जे. अब्दुल कलाम , एम.एस. धोनी में .",
                "bn  | এ. পি. জে. আবদুল কালাম ও এস. রায়।     | এ. পি. জে. আবদুল কালাম ও এস. রায় ।",
                "ml  | എം. ടി. വാസുദേവൻ നായർ                | എം. ടി. വാസുദേവൻ നായർ",
                "si  | ඩී. එස්. සේනානායක                    | ඩී. එස්. සේනානායක",
                "am  | አ. ለ. ተስፋዬ መጣ። አ.                   | አ. ለ. ተስፋዬ መጣ ። አ .",
                "he  | ד. בן גוריון וא.ב. יהושע נולד.        | ד. בן גוריון וא.ב. יהושע נולד .",
                "ar  | م. ر. شجريان                        | م. ر. شجريان",
                "ko  | 경찰은 조사 중. 김 씨는                 | 경찰은 조사 중 . 김 씨는",
                "hi  | राम घर गया. वह आया.                 | राम घर गया . वह आया .",
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

    @ParameterizedTest
    @ValueSource(strings = {"\ufffd", "\u00ad", "\u200b", "\ue000", "\u0000", "\ufe0f", "\u200d", "\ufeff\ufffd"})
    void shouldFindTheSameWordsWhereverSomethingSaysNothing(String silent) {
        String text = "Kenya's Dr. Jean-Paul O'Brien, in the U.S.";
        List<String> expected = words(text, "en");

        for (int at = 0; at <= text.length(); at++) {
            String inserted = text.substring(0, at) + silent + text.substring(at);
            assertThat(words(inserted, "en").stream().map(ReadableText::form))
                    .as("at %s", at)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yo", "ko", "vi", "hi", "ja"})
    void shouldFindTheSameWordsInDecomposedText(String language) {
        String text = "Ọ̀ṣun, Ṣọlá! Nguyễn Văn Tiến; 서울에서 한국은행. ड़ोंगरी क़ुतुब ガッコウ パリ";
        String decomposed = Normalizer.normalize(text, Normalizer.Form.NFD);

        assertThat(words(decomposed, language).stream().map(ReadableText::form))
                .isEqualTo(
                        words(text, language).stream().map(ReadableText::form).toList());
    }

    @Test
    void shouldTellInitialsFromOtherAbbreviations() {
        assertThat(List.of("J.", "E\u0301.", "எம்.", "எம்\ufffd.", "ए.पी.", "ד.", "አ."))
                .allMatch(WordBreaker::isInitial);
        assertThat(List.of("U.S.", "St.", "J", ".", "e.g.", "வந்தார்.", "중.", "北."))
                .noneMatch(WordBreaker::isInitial);
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

    @Property(tries = 3000)
    void shouldBeginAndEndWordsBetweenWhatReadersTakeForCharacters(@ForAll("pieces") List<String> pieces) {
        String text = String.join("", pieces);
        BreakIterator characters = BreakIterator.getCharacterInstance();
        characters.setText(text);

        assertThat(WordBreaker.words(text, Optional.empty()))
                .allSatisfy(word -> assertThat(List.of(word.start(), word.end()))
                        .as(
                                "%s in %s",
                                word,
                                text.codePoints().mapToObj(Integer::toHexString).toList())
                        .allMatch(characters::isBoundary));
    }

    /** What becomes one character with its neighbours, or divides them and says nothing. */
    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of(
                        "\ud83c\uddec",
                        "\ud83c\udded",
                        "\ud83d\ude00",
                        "\ud83c\udffd",
                        "\u2764",
                        "\u200d",
                        "\u200c",
                        "\ufe0f",
                        "\u20e3",
                        "1",
                        "\u200b",
                        "\u00ad",
                        "\u2060",
                        "\ufffd",
                        "\ud83d",
                        "\ude00",
                        "\u0001",
                        "\u0301",
                        "\u20dd",
                        "a",
                        "Ba",
                        "\u1112",
                        "\u1161",
                        "\u11ab",
                        "\ud55c",
                        "\u115f",
                        "\u0915",
                        "\u094d",
                        "\u0937",
                        "\u093f",
                        "\u0600",
                        "\u0e01",
                        "\u0e33",
                        "\u0e40",
                        "\u1780",
                        "\u17d2",
                        "\u4eac",
                        "\u30ac",
                        "\u3099",
                        "\r",
                        "\n",
                        " ",
                        ".",
                        "-",
                        "'s",
                        "\udb40\udc67",
                        "\udb40\udc7f",
                        "\ud83c\udff4",
                        "\u0d4e",
                        "\u034f",
                        "\u3164")
                .list()
                .ofMinSize(1)
                .ofMaxSize(9);
    }
}
