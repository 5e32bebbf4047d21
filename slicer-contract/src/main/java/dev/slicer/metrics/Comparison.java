package dev.slicer.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A candidate's F1 beside that of the checkpoint in its place, on the same documents.
 *
 * @param scoring a {@link Scoring#label}
 * @param macroTolerance by how much the mean may fall
 * @param rows one for each language of each benchmark
 */
public record Comparison(String scoring, double macroTolerance, List<Row> rows) {
    /** Floating point alone must not refuse a fall of exactly the tolerance. */
    private static final double ROUNDING = 1e-9;

    /**
     * @param documents that the current checkpoint answered
     * @param unanswered those among them that the candidate did not answer, whose entities count as not found
     * @param currentF1 0 to 1
     * @param candidateF1 0 to 1
     * @param tolerance by how much this language may fall
     */
    public record Row(
            String benchmark,
            String language,
            int documents,
            int unanswered,
            double currentF1,
            double candidateF1,
            double tolerance) {
        public Row {
            if (isBlank(benchmark) || isBlank(language)) {
                throw new IllegalArgumentException("a row needs a benchmark and a language");
            }
            if (unanswered < 0 || documents < unanswered) {
                throw new IllegalArgumentException(
                        "unanswered must be between 0 and documents, got " + unanswered + " of " + documents);
            }
            requireShare("currentF1", currentF1);
            requireShare("candidateF1", candidateF1);
            requireShare("tolerance", tolerance);
        }

        public boolean falls() {
            return currentF1 - candidateF1 > tolerance + ROUNDING;
        }
    }

    public Comparison {
        if (isBlank(scoring)) {
            throw new IllegalArgumentException("a comparison needs a scoring");
        }
        requireShare("macroTolerance", macroTolerance);
        if (rows == null || rows.isEmpty()) {
            throw new IllegalArgumentException("there is no language to compare");
        }
        if (rows.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a row is missing");
        }
        rows = List.copyOf(rows);
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    private static void requireShare(String field, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(field + " must be between 0 and 1, got " + value);
        }
    }

    /**
     * Compares by F1, in the alphabetical order of benchmark and language.
     *
     * @throws IllegalArgumentException where there are no results
     */
    public static Comparison of(Scoring scoring, Tolerances tolerances, List<LanguageResult> results) {
        List<Row> rows = results.stream()
                .sorted(Comparator.comparing(LanguageResult::benchmark).thenComparing(LanguageResult::language))
                .map(result -> new Row(
                        result.benchmark(),
                        result.language(),
                        result.documents(),
                        result.unanswered(),
                        result.current().f1(),
                        result.candidate().f1(),
                        tolerances.of(result.language())))
                .toList();
        return new Comparison(scoring.label(), tolerances.macro(), rows);
    }

    /** Mean of the rows' F1, each language counting alike. */
    public double currentMacroF1() {
        return rows.stream().mapToDouble(Row::currentF1).average().orElseThrow();
    }

    /** Mean of the rows' F1, each language counting alike. */
    public double candidateMacroF1() {
        return rows.stream().mapToDouble(Row::candidateF1).average().orElseThrow();
    }

    /** What falls by more than it may, in words; nothing where the candidate is good enough. */
    public List<String> objections() {
        List<String> objections = new ArrayList<>();
        if (currentMacroF1() - candidateMacroF1() > macroTolerance + ROUNDING) {
            objections.add(fall("macro F1", currentMacroF1(), candidateMacroF1(), macroTolerance));
        }
        for (Row row : rows) {
            if (row.falls()) {
                objections.add(fall(
                        "F1 of " + row.language() + " in " + row.benchmark(),
                        row.currentF1(),
                        row.candidateF1(),
                        row.tolerance()));
            }
        }
        return objections;
    }

    private static String fall(String what, double from, double to, double tolerance) {
        return String.format(
                Locale.ROOT,
                "%s falls from %.1f to %.1f, by more than %.1f points",
                what,
                100 * from,
                100 * to,
                100 * tolerance);
    }
}
