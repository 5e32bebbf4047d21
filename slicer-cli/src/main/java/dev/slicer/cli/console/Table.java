package dev.slicer.cli.console;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text: the first column flush left, the others, figures, flush right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        this.header = List.of(header);
    }

    public Table row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("a row needs " + header.size() + " cells, got " + cells.length);
        }
        rows.add(List.of(cells));
        return this;
    }

    public Table rule() {
        rows.add(List.of());
        return this;
    }

    public String render() {
        int[] widths = new int[header.size()];
        widen(widths, header);
        rows.forEach(row -> widen(widths, row));
        String rule = rule(widths);
        StringBuilder text =
                new StringBuilder(line(header, widths)).append('\n').append(rule);
        for (List<String> row : rows) {
            text.append('\n').append(row.isEmpty() ? rule : line(row, widths));
        }
        return text.toString();
    }

    private static void widen(int[] widths, List<String> cells) {
        for (int i = 0; i < cells.size(); i++) {
            widths[i] = Math.max(widths[i], length(cells.get(i)));
        }
    }

    private static String rule(int[] widths) {
        List<String> rules = new ArrayList<>();
        for (int width : widths) {
            rules.add("-".repeat(width));
        }
        return String.join(GAP, rules);
    }

    private static String line(List<String> cells, int[] widths) {
        List<String> padded = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(widths[i] - length(cells.get(i)));
            padded.add(i == 0 ? cells.get(i) + padding : padding + cells.get(i));
        }
        return String.join(GAP, padded).stripTrailing();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
