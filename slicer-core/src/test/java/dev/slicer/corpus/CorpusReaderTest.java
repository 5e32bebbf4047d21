package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusReaderTest {
    private static final Sentence AMA =
            new Sentence(List.of("Ama", "Mensah", "left", "Accra"), List.of("B-PER", "I-PER", "O", "B-LOC"));
    private static final Sentence LAGOS = new Sentence(List.of("Lagos"), List.of("B-LOC"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                // two columns
                "Ama B-PER\nMensah I-PER\nleft O\nAccra B-LOC\n\nLagos B-LOC\n",
                "Ama\tB-PER\nMensah\tI-PER\nleft\tO\nAccra\tB-LOC\n\nLagos\tB-LOC",
                // Windows line ends, byte order mark, blanks at line ends, many blank lines
                "\uFEFFAma B-PER\r\nMensah I-PER\r\nleft O\r\nAccra B-LOC\r\n\r\nLagos B-LOC\r\n",
                "\n\nAma  B-PER \nMensah I-PER\t\nleft O\nAccra B-LOC\n \t\n\nLagos B-LOC\n\n\n",
                // leading word count, from 0 and from 1
                "0\tAma\tB-PER\n1\tMensah\tI-PER\n2\tleft\tO\n3\tAccra\tB-LOC\n\n0\tLagos\tB-LOC\n",
                "1 Ama B-PER\n2 Mensah I-PER\n3 left O\n4 Accra B-LOC\n\n1 Lagos B-LOC\n",
                // four columns with document starts, as in CoNLL 2003, in IOB1
                "-DOCSTART- -X- -X- O\n\nAma NNP I-NP I-PER\nMensah NNP I-NP I-PER\nleft VBD I-VP O\n"
                        + "Accra NNP I-NP I-LOC\n-DOCSTART- -X- O O\nLagos NNP I-NP I-LOC\n",
                // CoNLL-U comments
                "# id a-1 domain=news\n# text = Ama left\nAma _ _ B-PER\nMensah _ _ I-PER\nleft _ _ O\n"
                        + "Accra _ _ B-LOC\n\n#\n# id a-2\nLagos _ _ B-LOC\n",
                // BILOU and BIOES
                "Ama B-PER\nMensah L-PER\nleft O\nAccra U-LOC\n\nLagos U-LOC\n",
                "Ama B-PER\nMensah E-PER\nleft O\nAccra S-LOC\n\nLagos S-LOC\n",
                // JSON Lines
                "{\"id\": 1, \"tokens\": [\"Ama\", \"Mensah\", \"left\", \"Accra\"], "
                        + "\"ner_tags\": [\"B-PER\", \"I-PER\", \"O\", \"B-LOC\"]}\n"
                        + "\n{\"ner_tags\":[\"B-LOC\"],\"meta\":{\"tokens\":[]},\"tokens\":[\"Lagos\"]}\r\n"
            })
    void shouldReadTheSameCorpusFromEveryFormat(String content) throws IOException {
        // Given
        Path file = file("corpus.txt", content);

        // When
        Corpus corpus = CorpusReader.read(file, LabelMap.identity());

        // Then
        assertThat(corpus.sentences()).containsExactly(AMA, LAGOS);
        assertThat(corpus.name()).isEqualTo("corpus.txt");
        assertThat(corpus.fingerprint())
                .as("sha256 of word TAB tag lines with an empty line after each sentence")
                .isEqualTo("sha256:3b6b2364c5f92baa033e1a7977fa78014929031feb3b77159efcbb52c4e8c3f9");
    }

    @Test
    void shouldReadNumbersWhenTheLabelMapNamesThem() throws IOException {
        Path file = file("a.jsonl", "{\"tokens\":[\"Accra\",\"today\"],\"ner_tags\":[1,0]}");

        Corpus corpus = CorpusReader.read(file, LabelMap.parse("0=O,1=B-GPE,GPE=LOC"));

        assertThat(corpus.sentences()).containsExactly(new Sentence(List.of("Accra", "today"), List.of("B-LOC", "O")));
    }

    @Test
    void shouldMapTypesAfterReadingTheirBorders() throws IOException {
        // Given: two neighbours of different types in IOB1, which become one type
        Path file = file("a.conll", "Accra I-GPE\nVolta I-LOC\nMonday I-DATE\n5 I-DATE\n");

        // When
        Corpus corpus = CorpusReader.read(file, LabelMap.parse("GPE=LOC, DATE=O"));

        // Then
        assertThat(corpus.sentences().get(0).tags()).containsExactly("B-LOC", "B-LOC", "O", "O");
    }

    @Test
    void shouldKeepWordsThatLookLikeSyntax() throws IOException {
        Path file = file("a.tsv", "# \tO\n#\tO\n\u00A0\tO\nNew York\tB-LOC\na\u2028b\tO\n\n{\tO\n");

        Corpus corpus = CorpusReader.read(file, LabelMap.identity());

        assertThat(corpus.sentences())
                .extracting(Sentence::words)
                .containsExactly(List.of("#", "#", "\u00A0", "New York", "a\u2028b"), List.of("{"));
    }

    @Test
    void shouldTakeCountingFirstColumnForWordsWhenItDoesNotCountEverySentence() throws IOException {
        Path file = file("a.conll", "0 CD O\n1 CD O\n\nnil NN O\n");

        assertThat(CorpusReader.read(file, LabelMap.identity())
                        .sentences()
                        .get(0)
                        .words())
                .containsExactly("0", "1");
    }

    @Test
    void shouldNameFileAndLineWhenTagIsMissing() throws IOException {
        assertProblem("a.conll", "Ama B-PER\n\nAccra\n", 3, "no tag beside 'Accra'");
    }

    @Test
    void shouldNameFileAndLineWhenAColumnIsTooManyOrEmpty() throws IOException {
        assertProblem("a.conll", "Ama B-PER\r\nNew York B-LOC\r\n", 2, "expected 2 columns as in line 1, found 3");
        assertProblem("a.conll", "a b c d O\n", 1, "expected 2 to 4 columns, found 5");
        assertProblem("a.conll", "Ama\tB-PER\n\tO\n", 2, "a column is empty");
    }

    @Test
    void shouldNameFileAndLineWhenTagIsOfNoScheme() throws IOException {
        String expected = " is no tag; expected O or a prefix of B I L U E S, as in B-PER";
        assertProblem("a.conll", "Ama B-PER\nx PER\n", 2, "'PER'" + expected);
        assertProblem("a.jsonl", "\n{\"tokens\":[\"x\"],\"ner_tags\":[\"B-\"]}", 2, "'B-'" + expected);
    }

    @Test
    void shouldNameFileAndLineWhenBytesAreNotUtf8() throws IOException {
        Path file = folder.resolve("latin1.conll");
        Files.write(file, "Ama B-PER\nJosé I-PER\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> CorpusReader.read(file, LabelMap.identity()))
                .isInstanceOf(CorpusException.class)
                .hasMessage(file + ":2: not UTF-8");
    }

    @Test
    void shouldNameFileAndLineWhenJsonIsNotASentence() throws IOException {
        assertProblem("a.jsonl", "{\"tokens\":[\"x\",\"y\"],\"ner_tags\":[\"O\"]}", 1, "2 tokens but 1 ner_tags");
        assertProblem("a.jsonl", "{\"tokens\":[],\"ner_tags\":[]}", 1, "no tokens");
        assertProblem("a.jsonl", "{\"tokens\":[\"x\",\"\"],\"ner_tags\":[\"O\",\"O\"]}", 1, "token 2 is empty");
        assertProblem("a.jsonl", "{\"tokens\":[\"x\"]}", 1, "no field 'ner_tags'");
        assertProblem("a.jsonl", "{\"tokens\":[null],\"ner_tags\":[\"O\"]}", 1, "'tokens' holds null");
        assertProblem("a.jsonl", "[]", 1, "expected a JSON object");
        assertProblem(
                "a.jsonl",
                "{\"tokens\":[\"x\"],\"ner_tags\":[7]}",
                1,
                "tag 7 is a number; say in the label map what it stands for, as in 7=B-PER");
        Path broken = file("a.jsonl", "{\"tokens\":[\"x\"],\"ner_tags\":[\"O\"]}\n{\"tokens\":[\"x\"");
        assertThatThrownBy(() -> CorpusReader.read(broken, LabelMap.identity()))
                .hasMessageStartingWith(broken + ":2: not JSON: ");
    }

    @Test
    void shouldRejectFileThatIsEmptyAbsentOrAFolder() throws IOException {
        Path empty = file("a.conll", "\n-DOCSTART- O\n\n");
        Path absent = folder.resolve("b.conll");

        assertThatThrownBy(() -> CorpusReader.read(empty, LabelMap.identity()))
                .isInstanceOf(CorpusException.class)
                .hasMessage(empty + ": no sentence in it");
        assertThatThrownBy(() -> CorpusReader.read(absent, LabelMap.identity()))
                .isInstanceOf(CorpusException.class)
                .hasMessage(absent + ": no such file");
        assertThatThrownBy(() -> CorpusReader.read(folder.getRoot(), LabelMap.identity()))
                .hasMessage(folder.getRoot() + ": is a folder, not a file");
    }

    private void assertProblem(String name, String content, int line, String problem) throws IOException {
        Path file = file(name, content);
        assertThatThrownBy(() -> CorpusReader.read(file, LabelMap.identity()))
                .isInstanceOf(CorpusException.class)
                .hasMessage(file + ":" + line + ": " + problem)
                .satisfies(e -> assertThat(((CorpusException) e).line()).hasValue(line));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
