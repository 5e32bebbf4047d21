package dev.slicer.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.language.Languages;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LanguageLabelsTest {
    private final LanguageLabels labels = new LanguageLabels();

    @Test
    void shouldNameLanguagesWithoutScriptAndRegion() {
        assertThat(Stream.of("sw", "zh-Hant-TW", "pcm", "EN").map(tag -> labels.of(Optional.of(tag))))
                .containsExactly("sw", "zh", "pcm", "en");
    }

    @Test
    void shouldPutWhatIsNoLanguageTogether() {
        assertThat(labels.of(Optional.of("klingon"))).isEqualTo("other");
        assertThat(labels.of(Optional.empty())).isEqualTo("unknown");
    }

    @Test
    void shouldNotGrowWithoutBoundWhateverSendersWrite() {
        // Given
        List<String> codes = Stream.iterate("aa", code -> !code.equals("done"), LanguageLabelsTest::next)
                .filter(code -> Languages.code(code).isPresent())
                .toList();

        // When
        List<String> used = codes.stream()
                .map(code -> labels.of(Optional.of(code)))
                .distinct()
                .toList();

        // Then
        assertThat(codes).hasSizeGreaterThan(LanguageLabels.MAX_LANGUAGES);
        assertThat(used).hasSize(LanguageLabels.MAX_LANGUAGES + 1).contains("other");
        assertThat(labels.of(Optional.of(codes.get(0)))).isEqualTo(codes.get(0));
    }

    private static String next(String code) {
        if (code.equals("zz")) {
            return "done";
        }
        return code.charAt(1) < 'z'
                ? "" + code.charAt(0) + (char) (code.charAt(1) + 1)
                : "" + (char) (code.charAt(0) + 1) + 'a';
    }
}
