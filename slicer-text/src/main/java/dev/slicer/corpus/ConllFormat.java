package dev.slicer.corpus;

import dev.slicer.labels.LabelSpelling;
import dev.slicer.labels.LabelSpelling.UnreadableLabelException;
import dev.slicer.labels.TagScheme;
import dev.slicer.text.Quote;
import dev.slicer.text.Utf8Lines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CoNLL columns: one word a line with its tag in the last column, or in the one that is asked for, a blank line after each
 * sentence. What a file leaves open is decided over the whole file: whether tabs or spaces separate columns, and whether the
 * first of three or more columns counts the words of a sentence (from 0 or 1). Which of two columns with tags is meant is
 * nothing that a file can tell.
 */
final class ConllFormat {
    private static final int MIN_COLUMNS = 2;
    private static final int MAX_COLUMNS = 4;
    private static final String HOW_TO_SAY = "with --tag-column (in requests and sweeps tagColumn)";

    /** Types of the phrases that CoNLL's corpora have in a column beside the entities. */
    private static final Set<String> PHRASES =
            Set.of("ADJP", "ADVP", "CONJP", "INTJ", "LST", "NP", "PP", "PRT", "SBAR", "UCP", "VP", "NC", "PC", "VC");

    private final String file;
    private final OptionalInt tagColumn;
    private final List<List<Row>> sentences = new ArrayList<>();
    private List<Row> sentence = new ArrayList<>();
    private boolean tabs;
    private int columns;
    private int firstRowLine;

    private record Row(int line, String[] columns) {}

    private ConllFormat(String file, OptionalInt tagColumn) {
        this.file = file;
        this.tagColumn = tagColumn;
    }

    /** @param tagColumn counted from 1 */
    static LabelledWords read(String file, Utf8Lines lines, OptionalInt tagColumn) throws IOException {
        ConllFormat format = new ConllFormat(file, tagColumn);
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
            sentence.add(new Row(number, row));
        }
    }

    private static boolean isDocumentStart(String[] row) {
        return row[0].startsWith("-DOCSTART-") || (row.length > 1 && row[1].startsWith("-DOCSTART-"));
    }

    /** CoNLL-U's comments, and the sources that GermEval names, stand before a sentence; the word {@code #} with its tag is none. */
    private boolean isComment(String line, String[] row) {
        return sentence.isEmpty()
                && (line.startsWith("# ") || line.startsWith("#\t") || line.equals("#"))
                && !(hasExpectedColumns(row) && TagScheme.isTag(row[tagColumn.orElse(row.length) - 1]));
    }

    private boolean hasExpectedColumns(String[] row) {
        return columns == 0
                ? row.length >= Math.max(MIN_COLUMNS, tagColumn.orElse(0))
                        && (tagColumn.isPresent() || row.length <= MAX_COLUMNS)
                : row.length == columns;
    }

    private void check(String[] row, int number) {
        if (row.length == 1) {
            throw CorpusException.quoting(file, number, "no tag beside " + Quote.of(row[0]), "no tag beside the word");
        }
        if (!hasExpectedColumns(row)) {
            throw new CorpusException(file, number, "expected " + expected() + ", found " + row.length + advice());
        }
        // An index column is known only at the end of the file, so no column before the tag may be empty.
        if (Arrays.asList(row).subList(0, tagColumn.orElse(row.length)).contains("")) {
            throw new CorpusException(file, number, "a column is empty");
        }
        if (columns == 0) {
            columns = row.length;
            firstRowLine = number;
        }
    }

    private String expected() {
        if (columns > 0) {
            return columns + " columns as in line " + firstRowLine;
        }
        return tagColumn.isPresent()
                ? "at least " + tagColumn.getAsInt() + " columns"
                : MIN_COLUMNS + " to " + MAX_COLUMNS + " columns";
    }

    private String advice() {
        return columns == 0 && tagColumn.isEmpty() ? "; say which one holds the tags " + HOW_TO_SAY : "";
    }

    private void endSentence() {
        if (!sentence.isEmpty()) {
            sentences.add(sentence);
            sentence = new ArrayList<>();
        }
    }

    private LabelledWords labelled() {
        if (sentences.isEmpty()) {
            return new LabelledWords(List.of(), Map.of());
        }
        int counting = columns > MIN_COLUMNS && (countsFrom(0) || countsFrom(1)) ? 1 : 0;
        int tag = tagColumn.isPresent() ? tagColumn.getAsInt() - 1 : lastColumn(counting);
        int word = tag == counting ? counting + 1 : counting;
        if (tag < counting || word >= columns) {
            throw new CorpusException(
                    file, firstRowLine, "column " + (tag + 1) + " of " + columns + " holds no tags beside words");
        }
        List<Sentence> labelled = new ArrayList<>(sentences.size());
        for (List<Row> rows : sentences) {
            labelled.add(new Sentence(
                    rows.stream().map(row -> row.columns[word]).toList(),
                    rows.stream().map(row -> row.columns[tag]).toList()));
        }
        return new LabelledWords(labelled, lineOfLabel(tag));
    }

    /** @throws CorpusException where another column may be meant as well */
    private int lastColumn(int wordColumn) {
        int last = columns - 1;
        boolean holdsTags = areTags(last);
        String others = IntStream.range(0, last)
                .filter(column -> column != wordColumn || !holdsTags)
                .filter(this::holdsEntities)
                .mapToObj(column -> Integer.toString(column + 1))
                .collect(Collectors.joining(" and "));
        if (!others.isEmpty()) {
            throw new CorpusException(
                    file,
                    holdsTags
                            ? "columns " + others + " and " + columns + " hold tags; say which one counts " + HOW_TO_SAY
                            : "the last column holds no tags, but column " + others + " does; say which one counts "
                                    + HOW_TO_SAY);
        }
        return last;
    }

    private boolean areTags(int column) {
        try {
            LabelSpelling.tagsOfCorpus(lineOfLabel(column).keySet());
            return true;
        } catch (UnreadableLabelException none) {
            return false;
        }
    }

    private boolean holdsEntities(int column) {
        Set<String> labels = lineOfLabel(column).keySet();
        return LabelSpelling.markEntities(labels)
                && !LabelSpelling.tags(labels).values().stream()
                        .flatMap(tag -> TagScheme.type(tag).stream())
                        .allMatch(PHRASES::contains);
    }

    private Map<String, Integer> lineOfLabel(int column) {
        Map<String, Integer> lines = new LinkedHashMap<>();
        sentences.forEach(rows -> rows.forEach(row -> lines.putIfAbsent(row.columns[column], row.line)));
        return lines;
    }

    private boolean countsFrom(int base) {
        for (List<Row> rows : sentences) {
            for (int i = 0; i < rows.size(); i++) {
                if (!rows.get(i).columns[0].equals(Integer.toString(base + i))) {
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
