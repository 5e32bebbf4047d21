package dev.slicer.language;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.SampleCorpus;
import dev.slicer.segmentation.Detokenizer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageDetectorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en | The president opened the new railway station in the morning and thanked everybody who had built it.",
                "sw | Rais alifungua kituo kipya cha treni asubuhi na kuwashukuru wote waliokijenga.",
                "de | Die Präsidentin eröffnete am Morgen den neuen Bahnhof und dankte allen, die ihn gebaut hatten.",
                "fr | La présidente a inauguré la nouvelle gare ce matin et a remercié tous ceux qui l'ont construite.",
                "ru | Президент открыла утром новый вокзал и поблагодарила всех, кто его построил.",
                "uk | Президентка відкрила вранці новий вокзал і подякувала всім, хто його побудував.",
                "ar | افتتحت الرئيسة المحطة الجديدة في الصباح وشكرت كل من بناها.",
                "fa | رئیس جمهور صبح ایستگاه جدید را افتتاح کرد و از همه سازندگان آن تشکر کرد.",
                "hi | राष्ट्रपति ने सुबह नए स्टेशन का उद्घाटन किया और सबको धन्यवाद दिया।",
                "am | ፕሬዝዳንቷ አዲሱን ጣቢያ በጠዋት ከፈቱ።",
                "th | ประธานาธิบดีเปิดสถานีใหม่เมื่อเช้านี้",
                "zh | 总统今天早上为新火车站揭幕。",
                "ja | 大統領は今朝新駅を開業した。",
                "ja | 東京大学図書館のカード",
                "ko | 대통령이 오늘 아침 새 역을 열었다.",
                "el | Η πρόεδρος εγκαινίασε τον νέο σταθμό."
            })
    void shouldNameTheLanguageByItsShortestCode(String language, String text) {
        assertThat(LanguageDetector.detect(text)).hasValue(language);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Accra",
                "Kofi Annan",
                "2026-03-01 12:00",
                "😀😀😀😀😀😀😀😀😀😀😀😀😀",
                "北京",
                "\uD800\uDC00\uD800",
                "Accra Аккра Αθήνα"
            })
    void shouldSayNothingWhereTheTextLeavesDoubt(String text) {
        assertThat(LanguageDetector.detect(text)).isEmpty();
    }

    @Test
    void shouldNotBeMisledByANameInAnotherScript() {
        assertThat(LanguageDetector.detect("Η Wangari Maathai γεννήθηκε στην Κένυα και σπούδασε βιολογία."))
                .hasValue("el");
    }

    @Test
    void shouldReadNoMoreThanTheBeginning() {
        String english = SampleCorpus.test("en").sentences().stream()
                .map(sentence -> String.join(" ", sentence.words()))
                .collect(Collectors.joining(" "));

        assertThat(LanguageDetector.detect(english + "\uD83D\uDE00".repeat(1_000_000)))
                .hasValue("en");
    }

    @Test
    void shouldGiveTheSameToThreadsThatAskAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<String>>> answers = IntStream.range(0, 4)
                    .mapToObj(i -> threads.submit(LanguageDetectorTest::detectSamples))
                    .toList();
            for (Future<List<String>> answer : answers) {
                assertThat(answer.get()).isEqualTo(detectSamples());
            }
        } finally {
            threads.shutdown();
        }
    }

    private static List<String> detectSamples() {
        return SampleCorpus.test("sw").sentences().stream()
                .map(sentence -> LanguageDetector.detect(String.join(" ", sentence.words()))
                        .orElse("?"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar", "de", "el", "en", "hi", "ja", "ru", "sw", "ta", "th", "zh"})
    void shouldBeSilentSoonerThanWrongOnSentences(String language) {
        List<Sample> samples = samples(language);

        assertThat(samples).filteredOn(Sample::right).hasSizeGreaterThan(samples.size() * 3 / 5);
        assertThat(samples).filteredOn(Sample::wrong).hasSizeLessThan(1 + samples.size() / 20);
    }

    @ParameterizedTest
    @CsvSource({"ha, 5", "ig, 5", "wo, 10", "yo, 15", "rw, 15"})
    void shouldSeldomTakeALanguageThatTheModelDoesNotKnowForAnother(String language, int percent) {
        List<Sample> samples = samples(language);

        assertThat(samples).filteredOn(Sample::wrong).hasSizeLessThanOrEqualTo(samples.size() * percent / 100);
    }

    @Property(tries = 200)
    void shouldCopeWithAnyUtf16Units(@ForAll String text) {
        assertThat(LanguageDetector.detect(text).filter(code -> !code.equals(code.toLowerCase(Locale.ROOT))))
                .isEmpty();
    }

    private record Sample(String language, String text, String detected) {
        boolean right() {
            return detected.equals(language);
        }

        boolean wrong() {
            return !right() && !detected.isEmpty();
        }
    }

    private static List<Sample> samples(String language) {
        return SampleCorpus.test(language).sentences().stream()
                .map(sentence -> Detokenizer.join(sentence.words(), language).text())
                .map(text ->
                        new Sample(language, text, LanguageDetector.detect(text).orElse("")))
                .toList();
    }
}
