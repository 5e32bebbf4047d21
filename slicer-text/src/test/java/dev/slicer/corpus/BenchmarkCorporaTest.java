package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slicer.labels.Span;
import dev.slicer.labels.Spans;
import dev.slicer.segmentation.Detokenizer;
import dev.slicer.segmentation.WordBreaker;
import dev.slicer.text.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads the real benchmarks where system property {@code slicer.shared.data} says that they are. */
class BenchmarkCorporaTest {
    private final Path data = Path.of(System.getProperty("slicer.shared.data", "absent"));

    @BeforeEach
    void benchmarksArePresent() {
        assumeTrue(Files.isDirectory(data), "needs the benchmark corpora (system property slicer.shared.data)");
    }

    @Test
    void shouldReadEveryBenchmarkFile() throws IOException {
        // Given
        List<Path> files;
        try (Stream<Path> paths = Files.walk(data)) {
            files = paths.filter(path -> path.toString().endsWith(".conll")).toList();
        }

        // When
        Map<String, Integer> sentences = new HashMap<>();
        for (Path file : files) {
            Corpus corpus = CorpusReader.read(file, CorpusOptions.of(LabelMap.parse("DATE=O")));
            sentences.put(data.relativize(file).toString(), corpus.sentences().size());
            assertThat(corpus.sentences())
                    .as("%s", file)
                    .flatExtracting(Sentence::tags)
                    .containsOnly("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC");
        }

        // Then: WikiANN as published holds 20,000, 10,000 and 10,000 sentences of each of these languages
        assertThat(sentences)
                .containsEntry("wikiann/en.train.conll", 20_000)
                .containsEntry("wikiann/en.test.conll", 10_000)
                .containsEntry("wikiann/ru.val.conll", 10_000);
        assertThat(sentences.values()).allMatch(count -> count >= 90);
    }

    @Test
    void shouldFindWordsThatReachTheBordersOfBenchmarkEntities() {
        for (String name : List.of("wikiann/en", "wikiann/ru", "masakhaner/yor", "masakhaner/swa", "masakhaner/ibo")) {
            // Given
            int entities = 0;
            int reachable = 0;
            for (Sentence sentence : CorpusReader.read(
                            data.resolve(name + ".test.conll"), CorpusOptions.of(LabelMap.identity()))
                    .sentences()) {
                Detokenizer.Joined joined = Detokenizer.join(sentence.words(), "en");

                // When
                List<Word> words = WordBreaker.words(joined.text(), Optional.empty());

                // Then
                Set<Integer> starts = words.stream().map(Word::start).collect(Collectors.toSet());
                Set<Integer> ends = words.stream().map(Word::end).collect(Collectors.toSet());
                for (Span span : Spans.ofStrictIob2(sentence.tags())) {
                    entities++;
                    boolean reached = starts.contains(
                                    joined.words().get(span.start()).start())
                            && ends.contains(joined.words().get(span.end() - 1).end());
                    reachable += reached ? 1 : 0;
                }
            }
            assertThat((double) reachable / entities).as("%s", name).isGreaterThan(0.999);
        }
    }
}
