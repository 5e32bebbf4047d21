package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.labels.TagScheme;
import dev.slicer.metrics.SeqevalCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DamagedTagsTest {
    @Test
    void shouldScoreCorporaWhoseTagsContinueNothingAsSeqevalDoes(@TempDir Path folder) throws IOException {
        // Given: where no entity begins with B- the tags are IOB1, which seqeval does not know
        int damaged = 0;
        for (SeqevalCase expected : SeqevalCase.all()) {
            List<List<String>> tags = expected.gold();
            if (TagScheme.detect(tags) == TagScheme.IOB1) {
                continue;
            }
            Path file = Files.writeString(
                    folder.resolve("gold.conll"),
                    tags.stream()
                            .map(sentence -> sentence.stream()
                                    .map(tag -> "word\t" + tag + "\n")
                                    .collect(Collectors.joining()))
                            .collect(Collectors.joining("\n")));

            // When
            List<List<String>> gold = Corpora.open(file.toString(), LabelMap.identity()).sentences().stream()
                    .map(Sentence::tags)
                    .toList();

            // Then
            expected.assertScoresOf(gold);
            damaged += gold.stream()
                            .anyMatch(
                                    sentence -> !TagScheme.IOB2.toIob2(sentence).equals(sentence))
                    ? 1
                    : 0;
        }
        assertThat(damaged).isGreaterThan(100);
    }
}
