package dev.slicer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusReaderTest {
    private static final Sentence AMA =
            new Sentence(List.of("Ama", "Mensah", "left", "Accra"), List.of("B-PER", "I-PER", "O", "B-LOC"));
    private static final Sentence LAGOS = new Sentence(List.of("Lagos"), List.of("B-LOC"));

    private static final CorpusOptions AS_IT_IS = CorpusOptions.of(LabelMap.identity());

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
                // BMES, BMEOW
                "Ama B-PER\nMensah E-PER\nleft O\nAccra S-LOC\n\nLagos S-LOC\n",
                "Ama B-PER\nMensah E-PER\nleft O\nAccra W-LOC\n\nLagos W-LOC\n",
                // other spellings: underscores, small letters, behind the type, types alone, type O
                "Ama B_PER\nMensah I_PER\nleft O\nAccra B_LOC\n\nLagos B_LOC\n",
                "Ama b-PER\nMensah i-PER\nleft o\nAccra b-LOC\n\nLagos b-LOC\n",
                "Ama PER-B\nMensah PER-I\nleft O\nAccra LOC-B\n\nLagos LOC-B\n",
                "Ama PER_B\nMensah PER_I\nleft O\nAccra LOC_B\n\nLagos LOC_B\n",
                "Ama PER\nMensah PER\nleft O\nAccra LOC\n\nLagos LOC\n",
                "Ama I-PER\nMensah I-PER\nleft I-O\nAccra I-LOC\n\nLagos I-LOC\n",
                // a language before every word
                "en:Ama B-PER\nen:Mensah I-PER\nen:left O\nen:Accra B-LOC\n\nde:Lagos B-LOC\n",
                // GermEval's sources and counts
                "#\thttp://example.org [2009-10-17]\n1\tAma\tB-PER\n2\tMensah\tI-PER\n3\tleft\tO\n4\tAccra\tB-LOC\n\n"
                        + "#\thttp://example.org [2009-10-18]\n1\tLagos\tB-LOC\n",
                // JSON Lines
                "{\"id\": 1, \"tokens\": [\"Ama\", \"Mensah\", \"left\", \"Accra\"], "
                        + "\"ner_tags\": [\"B-PER\", \"I-PER\", \"O\", \"B-LOC\"]}\n"
                        + "\n{\"ner_tags\":[\"B-LOC\"],\"meta\":{\"tokens\":[]},\"tokens\":[\"Lagos\"]}\r\n"
            })
    void shouldReadTheSameCorpusFromEveryFormat(String content) throws IOException {
        // Given
        Path file = file("corpus.txt", content);

        // When
        Corpus corpus = CorpusReader.read(file, AS_IT_IS);

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

        Corpus corpus = CorpusReader.read(file, CorpusOptions.of(LabelMap.parse("0=O,1=B-GPE,GPE=LOC")));

        assertThat(corpus.sentences()).containsExactly(new Sentence(List.of("Accra", "today"), List.of("B-LOC", "O")));
    }

    @Test
    void shouldMapTypesAfterReadingTheirBorders() throws IOException {
        // Given: two neighbours of different types in IOB1, which become one type
        Path file = file("a.conll", "Accra I-GPE\nVolta I-LOC\nMonday I-DATE\n5 I-DATE\n");

        // When
        Corpus corpus = CorpusReader.read(file, CorpusOptions.of(LabelMap.parse("GPE=LOC, DATE=O")));

        // Then
        assertThat(corpus.sentences().get(0).tags()).containsExactly("B-LOC", "B-LOC", "O", "O");
    }

    @Test
    void shouldKeepWordsThatLookLikeSyntax() throws IOException {
        Path file = file("a.tsv", "# \tO\n#\tO\n\u00A0\tO\nNew York\tB-LOC\na\u2028b\tO\n\n{\tO\n");

        Corpus corpus = CorpusReader.read(file, AS_IT_IS);

        assertThat(corpus.sentences())
                .extracting(Sentence::words)
                .containsExactly(List.of("#", "#", "\u00A0", "New York", "a\u2028b"), List.of("{"));
    }

    @Test
    void shouldTakeCountingFirstColumnForWordsWhenItDoesNotCountEverySentence() throws IOException {
        Path file = file("a.conll", "0 CD O\n1 CD O\n\nnil NN O\n");

        assertThat(CorpusReader.read(file, AS_IT_IS).sentences().get(0).words()).containsExactly("0", "1");
    }

    @Test
    void shouldNameFileAndLineWhenTagIsMissing() throws IOException {
        assertProblem("a.conll", "Ama B-PER\n\nAccra\n", 3, "no tag beside 'Accra'");
    }

    @Test
    void shouldNameFileAndLineWhenAColumnIsTooManyOrEmpty() throws IOException {
        assertProblem("a.conll", "Ama B-PER\r\nNew York B-LOC\r\n", 2, "expected 2 columns as in line 1, found 3");
        assertProblem(
                "a.conll",
                "a b c d O\n",
                1,
                "expected 2 to 4 columns, found 5; say which one holds the tags with --tag-column (in requests and sweeps "
                        + "tagColumn)");
        assertProblem("a.conll", "Ama\tB-PER\n\tO\n", 2, "a column is empty");
    }

    @Test
    void shouldNameFileAndLineWhenTagIsOfNoScheme() throws IOException {
        String expected = "; expected O or a prefix of B I L U E S M W, as in B-PER";
        assertProblem("a.conll", "Ama B-PER\nx PER\n", 2, "'PER' is no tag beside B-PER" + expected);
        assertProblem("a.conll", "Ama PER\nx O\nx X-LOC\n", 3, "'X-LOC' is no tag" + expected);
        assertProblem("a.conll", "Ama B\nx O\n", 1, "'B' is no tag" + expected);
        assertProblem("a.conll", "Ama (PER*\nx O\n", 1, "'(PER*' is no tag" + expected);
        assertProblem("a.conll", "in town\nby bus\n", 1, "'town' is no tag" + expected);
        assertProblem("a.jsonl", "\n{\"tokens\":[\"x\"],\"ner_tags\":[\"B-\"]}", 2, "'B-' is no tag" + expected);
    }

    @Test
    void shouldNeverGuessWhichOfTwoColumnsHoldsTheTags() throws IOException {
        // Given: entities and those inside of them, also where the second column has none
        Path nested = file("nested.tsv", "1\tBank\tB-ORG\tO\n2\tGhana\tI-ORG\tB-LOC\n3\t.\tO\tO\n");
        Path flat = file("flat.tsv", "1\tBank\tB-ORG\tO\n2\tGhana\tI-ORG\tO\n");
        String how = "; say which one counts with --tag-column (in requests and sweeps tagColumn)";

        // When / Then
        for (Path file : List.of(nested, flat)) {
            assertThatThrownBy(() -> CorpusReader.read(file, AS_IT_IS))
                    .isInstanceOf(CorpusException.class)
                    .hasMessage(file + ": columns 3 and 4 hold tags" + how);
        }
        assertThat(tags(nested, 3)).containsExactly("B-ORG", "I-ORG", "O");
        assertThat(tags(nested, 4)).containsExactly("O", "B-LOC", "O");
    }

    @Test
    void shouldReadTheColumnThatIsAskedFor() throws IOException {
        // Given: a universal NER file, one whose tags come first, and one whose last column is no tag
        Path five = file("a.iob2", "# text = Ama left\n1\tAma\tB-PER\t-\tann\n2\tleft\tO\t-\tann\n");
        Path first = file("first.tsv", "B-PER\tAma\nO\tleft\n");
        Path last = file("last.tsv", "Ama\tB-PER\tann\nleft\tO\tann\n");

        // When / Then
        assertThat(CorpusReader.read(five, column(3)).sentences())
                .containsExactly(new Sentence(List.of("Ama", "left"), List.of("B-PER", "O")));
        assertThat(CorpusReader.read(first, column(1)).sentences())
                .containsExactly(new Sentence(List.of("Ama", "left"), List.of("B-PER", "O")));
        assertThatThrownBy(() -> CorpusReader.read(last, AS_IT_IS))
                .hasMessage(last
                        + ": the last column holds no tags, but column 2 does; say which one counts with --tag-column "
                        + "(in requests and sweeps tagColumn)");
        assertThatThrownBy(() -> CorpusReader.read(first, column(3)))
                .hasMessage(first + ":1: expected at least 3 columns, found 2");
        assertThatThrownBy(() -> CorpusReader.read(five, column(1)))
                .hasMessage(five + ":2: column 1 of 5 holds no tags beside words");
        assertThatThrownBy(() -> CorpusReader.read(file("a.jsonl", "{}"), column(3)))
                .hasMessageEndingWith("is JSON Lines, which has no columns; leave out --tag-column");
        assertThatThrownBy(() -> column(0)).hasMessage("columns are counted from 1, so none is 0");
    }

    @Test
    void shouldLeaveTagsOfIob2ThatContinueNothingAsTheyAre() throws IOException {
        Path file = file("a.conll", "Ama B-PER\n\nMensah I-PER\nin O\nVolta I-LOC\n");

        assertThat(CorpusReader.read(file, AS_IT_IS).sentences())
                .extracting(Sentence::tags)
                .containsExactly(List.of("B-PER"), List.of("I-PER", "O", "I-LOC"));
    }

    @Test
    void shouldEndEntitiesWithWordsThatSaySomething() throws IOException {
        // Given: words that models do not read at the beginning, inside and at the end of entities, and alone
        Path file = file(
                "a.conll",
                "\ufffd B-PER\nAma I-PER\n\ue000 I-PER\nMensah I-PER\n\u200b I-PER\n\u00ad I-PER\nin O\n\ufffd B-LOC\n");

        // When / Then
        assertThat(CorpusReader.read(file, AS_IT_IS).sentences().get(0).tags())
                .containsExactly("O", "B-PER", "I-PER", "I-PER", "O", "O", "O", "O");
    }

    @Test
    void shouldRefuseALanguageBeforeSomeOfTheWords() throws IOException {
        Path some = file("some.tsv", "de:Ama\tB-PER\nde:ging\tO\nfort\tO\n");
        Path times = file("times.tsv", "at\tO\nno:1\tO\nhttp://x\tO\n");

        assertThatThrownBy(() -> CorpusReader.read(some, AS_IT_IS))
                .hasMessage(some
                        + ": 2 of 3 words begin with a language, as de:Angela; take it off, or put it before all of "
                        + "them");
        assertThat(CorpusReader.read(times, AS_IT_IS).sentences().get(0).words())
                .containsExactly("at", "no:1", "http://x");
    }

    @Test
    void shouldEndLinesWithLineFeedsOnly() throws IOException {
        Path file = file("a.tsv", "\ufeffA\rma\tB-PER\r\n\ufeffx\tO\n");

        assertThat(CorpusReader.read(file, AS_IT_IS).sentences())
                .extracting(Sentence::words)
                .containsExactly(List.of("A\rma", "\ufeffx"));
        Path json = file("a.jsonl", "\ufeff{\"tokens\":[\"x\"],\"ner_tags\":[\"B-PER\"]}\r\n");
        assertThat(CorpusReader.read(json, AS_IT_IS).sentences()).hasSize(1);
    }

    @Test
    void shouldSayThatAFileIsUtf16() throws IOException {
        Path file = folder.resolve("utf16.conll");
        for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Files.write(file, "\ufeffAma B-PER\n".getBytes(charset));

            assertThatThrownBy(() -> CorpusReader.read(file, AS_IT_IS))
                    .isInstanceOf(CorpusException.class)
                    .hasMessage(file
                            + ":1: not UTF-8 but UTF-16, as its first bytes say; convert it, as with iconv -f UTF-16 "
                            + "-t UTF-8");
        }
    }

    private static CorpusOptions column(int number) {
        return new CorpusOptions(LabelMap.identity(), OptionalInt.of(number));
    }

    private static List<String> tags(Path file, int column) {
        return CorpusReader.read(file, column(column)).sentences().get(0).tags();
    }

    @Test
    void shouldNameFileAndLineWhenBytesAreNotUtf8() throws IOException {
        Path file = folder.resolve("latin1.conll");
        Files.write(file, "Ama B-PER\nJosé I-PER\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> CorpusReader.read(file, AS_IT_IS))
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
        assertThatThrownBy(() -> CorpusReader.read(broken, AS_IT_IS)).hasMessageStartingWith(broken + ":2: not JSON: ");
    }

    @Test
    void shouldRejectFileThatIsEmptyAbsentOrAFolder() throws IOException {
        Path empty = file("a.conll", "\n-DOCSTART- O\n\n");
        Path absent = folder.resolve("b.conll");

        assertThatThrownBy(() -> CorpusReader.read(empty, AS_IT_IS))
                .isInstanceOf(CorpusException.class)
                .hasMessage(empty + ": no sentence in it");
        assertThatThrownBy(() -> CorpusReader.read(absent, AS_IT_IS))
                .isInstanceOf(CorpusException.class)
                .hasMessage(absent + ": no such file");
        assertThatThrownBy(() -> CorpusReader.read(folder.getRoot(), AS_IT_IS))
                .hasMessage(folder.getRoot() + ": is a folder, not a file");
    }

    private void assertProblem(String name, String content, int line, String problem) throws IOException {
        Path file = file(name, content);
        assertThatThrownBy(() -> CorpusReader.read(file, AS_IT_IS))
                .isInstanceOf(CorpusException.class)
                .hasMessage(file + ":" + line + ": " + problem)
                .satisfies(e -> assertThat(((CorpusException) e).line()).hasValue(line));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
