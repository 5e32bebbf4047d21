package dev.slicer.cli.evaluate;

import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Table;
import dev.slicer.events.ScoreLine;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** F1 of one run, by language and protocol. */
record ProtocolTable(String modelId, Scoring scoring, List<ScoreLine> lines) {
    ProtocolTable {
        lines = lines.stream().filter(line -> line.scoring() == scoring).toList();
    }

    String render() {
        List<String> protocols =
                lines.stream().map(ScoreLine::protocol).distinct().toList();
        List<String> languages =
                lines.stream().map(ScoreLine::language).distinct().sorted().toList();
        List<String> header = new ArrayList<>(List.of("language"));
        header.addAll(protocols);
        Table table = new Table(header.toArray(String[]::new));
        for (String language : languages) {
            List<String> row = new ArrayList<>(List.of(language));
            for (String protocol : protocols) {
                row.add(f1(protocol, language).map(Figures::percent).orElse(""));
            }
            table.row(row.toArray(String[]::new));
        }
        List<String> means = new ArrayList<>(List.of("mean"));
        for (String protocol : protocols) {
            OptionalDouble mean = mean(protocol, languages);
            means.add(mean.isPresent() ? Figures.percent(mean.getAsDouble()) : "");
        }
        return "F1 in percent (" + scoring.text() + ") of the run that ended in " + modelId + "\n\n"
                + table.rule().row(means.toArray(String[]::new)).render();
    }

    private Optional<Double> f1(String protocol, String language) {
        return lines.stream()
                .filter(line ->
                        line.protocol().equals(protocol) && line.language().equals(language))
                .map(ScoreLine::f1)
                .findFirst();
    }

    /** None where a language is missing: a mean of fewer languages would not compare. */
    private OptionalDouble mean(String protocol, List<String> languages) {
        List<Double> scores = languages.stream()
                .flatMap(language -> f1(protocol, language).stream())
                .toList();
        return scores.size() < languages.size()
                ? OptionalDouble.empty()
                : scores.stream().mapToDouble(Double::doubleValue).average();
    }
}
