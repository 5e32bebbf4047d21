package dev.slicer.cli.demo;

import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Table;
import java.util.Comparator;
import java.util.List;

/**
 * What the demonstration ends with; also its JSON.
 *
 * @param languages the training language first, the others by falling F1
 * @param meanF1 mean over the languages that were not trained on, strict IOB2
 */
record DemoResult(String checkpointId, double meanF1, List<Row> languages) {

    record Row(String language, int documents, double precision, double recall, double f1) {}

    static DemoResult of(EvaluatorReport.Result result) {
        List<Row> rows = result.languages().stream()
                .map(language -> new Row(
                        language.language(),
                        language.documents(),
                        language.strict().precision(),
                        language.strict().recall(),
                        language.strict().f1()))
                .sorted(Comparator.comparing((Row row) -> !row.language().equals(DemoSettings.TRAIN_LANGUAGE))
                        .thenComparing(Comparator.comparingDouble(Row::f1).reversed())
                        .thenComparing(Row::language))
                .toList();
        double mean = rows.stream()
                .filter(row -> !row.language().equals(DemoSettings.TRAIN_LANGUAGE))
                .mapToDouble(Row::f1)
                .average()
                .orElseThrow(() -> new DemoException("nothing but the training language was scored"));
        return new DemoResult(result.modelId(), mean, rows);
    }

    /** @throws DemoException where the transfer to other languages is worse than it must be */
    void requireTransfer() {
        if (meanF1 < DemoSettings.MINIMUM_MEAN_F1) {
            throw new DemoException("mean F1 over the languages that were not trained on is "
                    + Figures.percent(meanF1) + ", but must be at least "
                    + Figures.percent(DemoSettings.MINIMUM_MEAN_F1));
        }
    }

    String table() {
        Table table = new Table("language", "documents", "precision", "recall", "F1");
        for (Row row : languages) {
            boolean trained = row.language().equals(DemoSettings.TRAIN_LANGUAGE);
            table.row(
                    row.language() + (trained ? " (trained on)" : ""),
                    Integer.toString(row.documents()),
                    Figures.percent(row.precision()),
                    Figures.percent(row.recall()),
                    Figures.percent(row.f1()));
        }
        int documents = languages.stream()
                .filter(row -> !row.language().equals(DemoSettings.TRAIN_LANGUAGE))
                .mapToInt(Row::documents)
                .sum();
        return table.rule()
                .row("mean, not trained on", Integer.toString(documents), "", "", Figures.percent(meanF1))
                .render();
    }
}
