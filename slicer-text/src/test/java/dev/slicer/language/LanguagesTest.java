package dev.slicer.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
    /** Among them those of MasakhaNER 2.0 that have no code of two letters. */
    @ParameterizedTest
    @ValueSource(strings = {"sw", "swa", "yo", "yor", "bbj", "fon", "luo", "mos", "pcm", "zh"})
    void shouldKnowLanguagesByCodesOfTwoAndThreeLetters(String code) {
        assertThat(Languages.code(code)).hasValue(code);
    }

    @ParameterizedTest
    @CsvSource({"zh-Hant-TW, zh", "pt-BR, pt", "SW, sw", "en-x-anything, en"})
    void shouldNameTheLanguageOfALongerTag(String tag, String code) {
        assertThat(Languages.code(tag)).hasValue(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"qqq", "xx", "x-private", "abcdefgh", ""})
    void shouldKnowNoOther(String tag) {
        assertThat(Languages.code(tag)).isEmpty();
    }
}
