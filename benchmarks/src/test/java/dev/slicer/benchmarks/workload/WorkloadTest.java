package dev.slicer.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.corpus.Sentence;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {

    @Test
    void shouldSpreadTheChoiceOverTheWholeList() {
        assertThat(Workload.spread(IntStream.range(0, 100).boxed().toList(), 4)).containsExactly(0, 25, 50, 75);
    }

    @Test
    void shouldTakeEverythingWhenThereIsTooLittle() {
        assertThat(Workload.spread(List.of("a", "b"), 4)).containsExactly("a", "b");
    }

    @Test
    void shouldAskForTwentyWordsAtATime() {
        // Given, so that the bundled sample takes the data's place
        Path nothing = Path.of("no-benchmark-data");

        // When
        List<String> texts = Workload.shortRequests(nothing);

        // Then
        assertThat(texts)
                .isNotEmpty()
                .isEqualTo(Workload.shortRequests(nothing))
                .allMatch(text -> text.split(" ").length <= 20)
                .anyMatch(text -> text.split(" ").length == 20);
    }

    @Test
    void shouldWriteASentenceAlwaysTheSameWay() throws Exception {
        assertThat(Workload.line(new Sentence(List.of("Nyeri", "."), List.of("B-LOC", "O"))))
                .isEqualTo("{\"tokens\":[\"Nyeri\",\".\"],\"ner_tags\":[\"B-LOC\",\"O\"]}");
    }
}
