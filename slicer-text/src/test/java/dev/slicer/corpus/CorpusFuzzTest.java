package dev.slicer.corpus;

import dev.slicer.fuzzing.Fuzz;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A corpus is read, or refused with the file and the line, whatever is in it. */
class CorpusFuzzTest {
    private static final List<byte[]> CORPORA = List.of(
            bytes("# a comment\nWangari B-PER\nMaathai I-PER\nalizaliwa O\nNyeri B-LOC\n. O\n\nNairobi S-LOC\n"),
            bytes("1\tAngela\t_\tB-PER\n2\tMerkel\t_\tL-PER\n\n-DOCSTART- -X- -X- O\n\n1\tBerlin\tNN\tU-LOC\n"),
            bytes("de:Angela PER\nde:Merkel PER\nde:in O\nde:Berlin LOC\n\n"),
            bytes("{\"tokens\": [\"Wangari\", \"Maathai\", \"\u200d\"], \"ner_tags\": [\"B-PER\", \"I-PER\", \"O\"]}\n"
                    + "{\"tokens\": [\"Nyeri\"], \"ner_tags\": [1]}\n"));

    @ParameterizedTest
    @ValueSource(strings = {"corpus.conll", "corpus.jsonl", "corpus"})
    void shouldReadOrRefuseWhateverIsInAFile(String file) {
        CorpusOptions options = new CorpusOptions(LabelMap.of(Map.of("1", "B-LOC", "DATE", "O")), OptionalInt.empty());
        Fuzz.run(4, CORPORA, Set.of(CorpusException.class), text -> {
            NamedCorpora.Limits limits = new NamedCorpora.Limits(1 << 20, 1 << 14);
            CorpusReader.read(
                    file,
                    new BoundedText(new ByteArrayInputStream(text), file, limits, new AtomicLong(limits.bytes())),
                    options);
        });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
