package dev.slicer.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.corpus.Corpora;
import dev.slicer.corpus.LabelMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Detection on real benchmarks, where system property {@code slicer.shared.data} says that they are. */
class LanguageBenchmarkTest {
    private final Path data = Path.of(System.getProperty("slicer.shared.data", "absent"));

    /** Bounds a little below what docs/decisions/9 tells of. WikiANN has titles and scraps, of which most leave doubt. */
    @ParameterizedTest
    @CsvSource({
        "masakhaner/swa, sw, 85, 1",
        "masakhaner/amh, am, 99, 0",
        "masakhaner/hau, ha, 0, 2",
        "masakhaner/ibo, ig, 0, 3",
        "masakhaner/kin, rw, 0, 7",
        "masakhaner/yor, yo, 0, 6",
        "wikiann/de, de, 30, 3",
        "wikiann/en, en, 15, 3",
        "wikiann/ru, ru, 15, 6"
    })
    void shouldBeSilentSoonerThanWrong(String corpus, String language, int atLeastRight, int atMostWrong) {
        // Given
        Path file = data.resolve(corpus + ".test.conll");
        assumeTrue(Files.exists(file), "needs the benchmark corpora (system property slicer.shared.data)");

        // When
        List<String> detected = Corpora.open(file.toString(), LabelMap.identity()).sentences().stream()
                .limit(1000)
                .map(sentence -> String.join(" ", sentence.words()))
                .map(text -> LanguageDetector.detect(text).orElse(""))
                .toList();

        // Then
        double right = detected.stream().filter(language::equals).count() * 100.0 / detected.size();
        double silent = detected.stream().filter(String::isEmpty).count() * 100.0 / detected.size();
        assertThat(right).isGreaterThanOrEqualTo(atLeastRight);
        assertThat(100 - right - silent).isLessThanOrEqualTo(atMostWrong);
    }
}
