package dev.slicer.cli.evaluate;

import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Table;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Scores as {@code slicer evaluate} prints them; also its JSON, with ratios from 0 to 1.
 *
 * @param meanF1 mean of the languages' F1
 */
record ScoreReport(String modelId, String scoring, double meanF1, List<Language> languages) {

    /** @param macroF1 mean of the types' F1 */
    record Language(
            String language,
            long sentences,
            long entities,
            double precision,
            double recall,
            double f1,
            double macroF1,
            List<Type> types) {}

    record Type(String type, long entities, double precision, double recall, double f1) {}

    static ScoreReport of(String modelId, Evaluation evaluation) {
        List<Language> languages = evaluation.byLanguage().entrySet().stream()
                .map(entry -> {
                    Counts micro = entry.getValue().micro();
                    List<Type> types = entry.getValue().byType().entrySet().stream()
                            .map(type -> new Type(
                                    type.getKey(),
                                    type.getValue().support(),
                                    type.getValue().precision(),
                                    type.getValue().recall(),
                                    type.getValue().f1()))
                            .toList();
                    return new Language(
                            entry.getKey(),
                            entry.getValue().sentences(),
                            micro.support(),
                            micro.precision(),
                            micro.recall(),
                            micro.f1(),
                            entry.getValue().macroF1(),
                            types);
                })
                .toList();
        return new ScoreReport(modelId, evaluation.scoring().text(), evaluation.meanF1(), languages);
    }

    String table(boolean byType) {
        Table table = new Table("language", "sentences", "entities", "precision", "recall", "F1");
        for (Language language : languages) {
            table.row(
                    language.language(),
                    Long.toString(language.sentences()),
                    Long.toString(language.entities()),
                    Figures.percent(language.precision()),
                    Figures.percent(language.recall()),
                    Figures.percent(language.f1()));
            if (byType) {
                for (Type type : language.types()) {
                    table.row(
                            "  " + type.type(),
                            "",
                            Long.toString(type.entities()),
                            Figures.percent(type.precision()),
                            Figures.percent(type.recall()),
                            Figures.percent(type.f1()));
                }
            }
        }
        return "Scores in percent (" + scoring + ") of " + modelId + "\n\n"
                + table.rule()
                        .row("mean", "", "", "", "", Figures.percent(meanF1))
                        .render();
    }

    /**
     * The F1 of several scorings in one table; sentences and entities are the first one's.
     *
     * @param reports of the same model and test sets
     */
    static String sideBySide(List<ScoreReport> reports, boolean byType) {
        ScoreReport first = reports.get(0);
        List<String> header = new ArrayList<>(List.of("language", "sentences", "entities"));
        reports.forEach(report -> header.add(report.scoring));
        Table table = new Table(header.toArray(String[]::new));
        for (int i = 0; i < first.languages.size(); i++) {
            Language language = first.languages.get(i);
            List<Language> inEach = new ArrayList<>();
            for (ScoreReport report : reports) {
                inEach.add(report.languages.get(i));
            }
            List<String> row = new ArrayList<>(
                    List.of(language.language, Long.toString(language.sentences), Long.toString(language.entities)));
            inEach.forEach(each -> row.add(Figures.percent(each.f1)));
            table.row(row.toArray(String[]::new));
            if (byType) {
                addTypes(table, inEach);
            }
        }
        List<String> means = new ArrayList<>(List.of("mean", "", ""));
        reports.forEach(report -> means.add(Figures.percent(report.meanF1)));
        return "F1 in percent of " + first.modelId + ", by scoring\n\n"
                + table.rule().row(means.toArray(String[]::new)).render();
    }

    private static void addTypes(Table table, List<Language> inEachScoring) {
        SortedSet<String> types = new TreeSet<>();
        inEachScoring.forEach(language -> language.types.forEach(type -> types.add(type.type)));
        for (String type : types) {
            List<Optional<Type>> inEach = inEachScoring.stream()
                    .map(language -> language.types.stream()
                            .filter(each -> each.type.equals(type))
                            .findFirst())
                    .toList();
            List<String> row = new ArrayList<>(List.of("  " + type, ""));
            row.add(inEach.get(0).map(each -> Long.toString(each.entities)).orElse("0"));
            inEach.forEach(each ->
                    row.add(each.map(scores -> Figures.percent(scores.f1)).orElse("")));
            table.row(row.toArray(String[]::new));
        }
    }
}
