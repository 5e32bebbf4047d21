package dev.slicer.experiments;

import dev.slicer.events.ScoreLine;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** A report as Markdown; figures in percent with one decimal. */
final class ReportMarkdown {
    private static final String NOTHING = "–";
    private static final String ADAPTERS =
            " With LoRA low-rank adapters of that rank are trained in place of the encoder's weights.";

    private final int hiddenSize;
    private final List<ScoreTable> tables;
    private final Optional<String> charts;
    /** Whether any setting has adapters, so that tables say which. */
    private final boolean adapters;

    private final StringBuilder text = new StringBuilder();

    ReportMarkdown(int hiddenSize, List<ScoreTable> tables, Optional<String> charts) {
        this.hiddenSize = hiddenSize;
        this.tables = tables;
        this.charts = charts;
        this.adapters = tables.stream()
                .flatMap(table -> table.rows().stream())
                .anyMatch(row -> row.setting().loraRank().isPresent());
    }

    String render() {
        legend();
        for (ScoreTable table : tables) {
            paragraph("### " + table.benchmark() + ", " + table.scoring().text() + ", " + table.protocol());
            scores(table);
            fewerSeeds(table);
            gains(table);
        }
        return text.toString();
    }

    private void legend() {
        paragraph("F1 of whole entities in percent: mean ± sample standard deviation over the seeds, without ± where "
                + "there is one. h = " + hiddenSize
                + " with a trained classifier is standard fine-tuning. With frozen words the word embeddings stay as they are "
                + "in the base model." + (adapters ? ADAPTERS : "")
                + " A mean over languages is given where all of the table's languages were scored. "
                + "Figures of different scorings do not compare.");
        List<String> terms = new ArrayList<>();
        tables.stream()
                .map(ScoreTable::scoring)
                .distinct()
                .sorted()
                .forEach(scoring -> terms.add("- scoring `" + scoring.text() + "`: " + meaning(scoring)));
        tables.stream()
                .map(ScoreTable::protocol)
                .distinct()
                .forEach(protocol -> terms.add("- protocol `" + protocol + "`: " + meaning(protocol)));
        paragraph(String.join("\n", terms));
    }

    private static String meaning(Scoring scoring) {
        return switch (scoring) {
            case STRICT -> "type and both boundaries exact, by word, IOB2 read strictly; the headline";
            case CONLLEVAL ->
                "the same of each word's most probable label, not decoded to valid IOB2, `I-` tags read leniently "
                        + "(seqeval's default mode)";
            case SUB_TOKEN ->
                "seqeval's default mode over sub-tokens, each predicted on its own, as in the paper's code";
        };
    }

    private static String meaning(String protocol) {
        if (protocol.equals(ScoreLine.LAST)) {
            return "the run's last model; no label of a target language is seen";
        }
        if (protocol.equals(ScoreLine.BEST_VALIDATION)) {
            return "for each language the one of the run's models with the best strict F1 on its validation set";
        }
        String number = protocol.replaceAll("\\D", "");
        return protocol.startsWith(ScoreLine.AVERAGE_LAST)
                ? "the mean of the weights of the run's last " + number + " models"
                : "the mean of the weights of " + number + " runs with different seeds";
    }

    private void scores(ScoreTable table) {
        List<List<String>> rows = new ArrayList<>();
        for (ScoreTable.Row row : table.rows()) {
            List<String> cells = settingCells(row.setting());
            cells.add(seeds(row, table.languages()));
            addFigures(cells, table.languages(), row.byLanguage(), row.mean(), false);
            rows.add(cells);
        }
        table("seeds", table.languages(), rows);
    }

    /** As many as each language has, or from how many to how many. */
    private static String seeds(ScoreTable.Row row, List<String> languages) {
        if (row.seeds().isEmpty()) {
            return NOTHING;
        }
        int fewest = row.fewestRuns(languages);
        int all = row.seeds().size();
        return fewest == all ? Integer.toString(all) : fewest + " to " + all;
    }

    private void fewerSeeds(ScoreTable table) {
        int most =
                table.rows().stream().mapToInt(row -> row.seeds().size()).max().orElse(0);
        String fewer = table.rows().stream()
                .filter(row -> !row.seeds().isEmpty() && row.fewestRuns(table.languages()) < most)
                .map(row -> name(row.setting()) + " (" + seeds(row, table.languages()) + ")")
                .collect(Collectors.joining("; "));
        if (!fewer.isEmpty()) {
            paragraph("With fewer than " + most + " seeds, so less certain: " + fewer + ".");
        }
    }

    private void gains(ScoreTable table) {
        if (table.gains().isEmpty()) {
            return;
        }
        paragraph(
                "Gain over standard fine-tuning with the same source and steps, in points of F1; ± is the root of the "
                        + "sum of both variances. Standard fine-tuning has the same learning rate and words trained or frozen "
                        + "alike; where that was not run, it is its best, and what it has otherwise is named:");
        List<List<String>> rows = new ArrayList<>();
        for (ScoreTable.Gain gain : table.gains()) {
            List<String> cells = settingCells(gain.setting());
            cells.add(gain.difference().isEmpty() ? "same" : gain.difference());
            addFigures(cells, table.languages(), gain.byLanguage(), gain.mean(), true);
            rows.add(cells);
        }
        table("standard", table.languages(), rows);
        charts.ifPresent(folder -> {
            for (List<ScoreTable.Gain> group : Report.byRun(table.gains())) {
                Setting setting = group.get(0).setting();
                paragraph("![" + escaped(Report.chartTitle(table, setting)) + "](" + folder
                        + Report.chartName(table, setting) + ")");
            }
        });
    }

    private List<String> settingCells(Setting setting) {
        List<String> cells = new ArrayList<>(List.of(
                escaped(setting.source()),
                setting.isStandard(hiddenSize) ? setting.h() + " (standard)" : Integer.toString(setting.h()),
                setting.classifierName(),
                setting.words().text(),
                setting.rate(),
                Integer.toString(setting.steps())));
        if (adapters) {
            cells.add(
                    4,
                    setting.loraRank().isPresent()
                            ? Integer.toString(setting.loraRank().getAsInt())
                            : NOTHING);
        }
        return cells;
    }

    private static String name(Setting setting) {
        return escaped(setting.source()) + ", h = " + setting.h() + ", " + setting.classifierName()
                + setting.whatIsTrained() + ", lr " + setting.rate() + ", " + setting.steps() + " steps";
    }

    private static void addFigures(
            List<String> cells,
            List<String> languages,
            SortedMap<String, Summary> byLanguage,
            Optional<Summary> mean,
            boolean signed) {
        for (String language : languages) {
            cells.add(figure(Optional.ofNullable(byLanguage.get(language)), signed));
        }
        cells.add(figure(mean, signed));
    }

    private static String figure(Optional<Summary> summary, boolean signed) {
        if (summary.isEmpty()) {
            return NOTHING;
        }
        String figure = String.format(
                        Locale.ROOT,
                        signed ? "%+.1f" : "%.1f",
                        100 * summary.get().mean())
                .replaceFirst("^[+-]0\\.0$", "0.0");
        return summary.get().deviation().isPresent()
                ? figure
                        + String.format(
                                Locale.ROOT,
                                " ± %.1f",
                                100 * summary.get().deviation().getAsDouble())
                : figure;
    }

    private void table(String last, List<String> languages, List<List<String>> rows) {
        List<String> header = new ArrayList<>(List.of("source", "h", "classifier", "words", "lr", "steps", last));
        if (adapters) {
            header.add(4, "LoRA");
        }
        languages.forEach(language -> header.add(escaped(language)));
        header.add("mean");
        List<String> lines = new ArrayList<>();
        lines.add(line(header));
        List<String> rule = new ArrayList<>(List.of("---"));
        rule.addAll(Collections.nCopies(header.size() - 1, "---:"));
        rule.set(2, "---");
        rule.set(3, "---");
        lines.add(line(rule));
        rows.forEach(row -> lines.add(line(row)));
        paragraph(String.join("\n", lines));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String escaped(String cell) {
        return cell.replaceAll("([\\\\|\\[\\]<>`*_])", "\\\\$1").replaceAll("\\s+", " ");
    }

    private void paragraph(String lines) {
        if (!text.isEmpty()) {
            text.append('\n');
        }
        text.append(lines).append('\n');
    }
}
