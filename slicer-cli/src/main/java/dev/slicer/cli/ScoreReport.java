package dev.slicer.cli;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Evaluation;
import java.util.List;

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
        return new ScoreReport(modelId, ScoringName.of(evaluation.scoring()), evaluation.meanF1(), languages);
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
}
