package dev.slicer.corpus;

import dev.slicer.labels.TagScheme;
import dev.slicer.text.Quote;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * CoNLL columns: one word a line with its tag in the last column, a blank line after each sentence. What a file leaves
 * open is decided over the whole file: whether tabs or spaces separate columns, and whether the first of three or four
 * columns counts the words of a sentence (from 0 or 1).
 */
final class ConllFormat {
    private static final int MIN_COLUMNS = 2;
    private static final int MAX_COLUMNS = 4;

    private final String file;
    private final List<List<String[]>> sentences = new ArrayList<>();
    private List<String[]> sentence = new ArrayList<>();
    private boolean tabs;
    private int columns;
    private int firstRowLine;

    private ConllFormat(String file) {
        this.file = file;
    }

    static List<Sentence> read(String file, Utf8Lines lines) throws IOException {
        ConllFormat format = new ConllFormat(file);
        for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
            format.accept(line.get(), lines.number());
        }
        format.endSentence();
        return format.labelled();
    }

    private void accept(String raw, int number) {
        String line = withoutTrailingBlanks(raw);
        if (line.isEmpty()) {
            endSentence();
            return;
        }
        if (columns == 0) {
            tabs = line.indexOf('\t') >= 0;
        }
        String[] row = tabs ? trimmed(line.split("\t", -1)) : line.split("[ \t]+", -1);
        if (isDocumentStart(row)) {
            endSentence();
        } else if (!isComment(line, row)) {
            check(row, number);
            sentence.add(row);
        }
    }

    private static boolean isDocumentStart(String[] row) {
        return row[0].startsWith("-DOCSTART-") || (row.length > 1 && row[1].startsWith("-DOCSTART-"));
    }

    /** CoNLL-U's comments stand before a sentence; the word {@code #} with its tag is none. */
    private boolean isComment(String line, String[] row) {
        return sentence.isEmpty()
                && (line.startsWith("# ") || line.equals("#"))
                && !(hasExpectedColumns(row) && TagScheme.isTag(row[row.length - 1]));
    }

    private boolean hasExpectedColumns(String[] row) {
        return columns == 0 ? row.length >= MIN_COLUMNS && row.length <= MAX_COLUMNS : row.length == columns;
    }

    private void check(String[] row, int number) {
        if (row.length == 1) {
            throw CorpusException.quoting(file, number, "no tag beside " + Quote.of(row[0]), "no tag beside the word");
        }
        if (!hasExpectedColumns(row)) {
            String expected = columns == 0
                    ? MIN_COLUMNS + " to " + MAX_COLUMNS + " columns"
                    : columns + " columns as in line " + firstRowLine;
            throw new CorpusException(file, number, "expected " + expected + ", found " + row.length);
        }
        // An index column is known only at the end of the file, so no column before the tag may be empty.
        if (Arrays.asList(row).contains("")) {
            throw new CorpusException(file, number, "a column is empty");
        }
        String tag = row[row.length - 1];
        if (!TagScheme.isTag(tag)) {
            String expected = " is no tag; expected O or a prefix of B I L U E S, as in B-PER";
            throw CorpusException.quoting(file, number, Quote.of(tag) + expected, "the last column" + expected);
        }
        if (columns == 0) {
            columns = row.length;
            firstRowLine = number;
        }
    }

    private void endSentence() {
        if (!sentence.isEmpty()) {
            sentences.add(sentence);
            sentence = new ArrayList<>();
        }
    }

    private List<Sentence> labelled() {
        int wordColumn = columns > MIN_COLUMNS && (countsFrom(0) || countsFrom(1)) ? 1 : 0;
        List<Sentence> labelled = new ArrayList<>(sentences.size());
        for (List<String[]> rows : sentences) {
            labelled.add(new Sentence(
                    rows.stream().map(row -> row[wordColumn]).toList(),
                    rows.stream().map(row -> row[columns - 1]).toList()));
        }
        return labelled;
    }

    private boolean countsFrom(int base) {
        for (List<String[]> rows : sentences) {
            for (int i = 0; i < rows.size(); i++) {
                if (!rows.get(i)[0].equals(Integer.toString(base + i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static String[] trimmed(String[] row) {
        return Arrays.stream(row).map(ConllFormat::withoutOuterSpaces).toArray(String[]::new);
    }

    // Only ASCII blanks separate: a no-break or ideographic space can be a word of a corpus.
    private static String withoutTrailingBlanks(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
            end--;
        }
        return line.substring(0, end);
    }

    private static String withoutOuterSpaces(String column) {
        int start = 0;
        while (start < column.length() && column.charAt(start) == ' ') {
            start++;
        }
        return withoutTrailingBlanks(column.substring(start));
    }
}
