package dev.slicer.segmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.corpus.Sentence;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DetokenizerTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en    | Accra , Ghana      | Accra , Ghana",
                "zh    | 我 住在 New York 市 | 我住在New York市",
                "zh-TW | 我 住在 北京        | 我住在北京",
                "jpn   | 2024 年 5 月       | 2024年5月",
                "th    | กรุงเทพ มหานคร        | กรุงเทพมหานคร"
            })
    void shouldJoinAsTheLanguageIsWritten(String language, String words, String expected) {
        assertThat(Detokenizer.join(List.of(words.split(" ")), language).text()).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("dev.slicer.corpus.SampleCorpus#languages")
    void shouldSayWhereTheWordsAre(String language) {
        for (Sentence sentence : SampleCorpus.test(language).sentences()) {
            Detokenizer.Joined joined = Detokenizer.join(sentence.words(), language);

            assertThat(joined.words())
                    .extracting(word -> word.of(joined.text()))
                    .isEqualTo(sentence.words());
        }
    }

    @Test
    void shouldRefuseEmptyWord() {
        assertThatThrownBy(() -> Detokenizer.join(List.of("a", ""), "en")).hasMessage("word 2 is empty");
    }
}
