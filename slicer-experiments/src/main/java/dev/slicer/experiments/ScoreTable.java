package dev.slicer.experiments;

import dev.slicer.events.ScoreLine;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The scores that compare with one another: of one benchmark, in one scoring, under one protocol.
 *
 * @param languages that any setting was scored on
 * @param gains of the settings that are not standard fine-tuning, where there is such to compare with
 */
record ScoreTable(
        String benchmark, Scoring scoring, String protocol, List<String> languages, List<Row> rows, List<Gain> gains) {

    /**
     * The scores of one setting.
     *
     * @param seeds of its runs, in order; none where runs were averaged
     * @param mean of the languages, over the runs that were scored on all of them; absent where none was
     */
    record Row(Setting setting, List<Long> seeds, SortedMap<String, Summary> byLanguage, Optional<Summary> mean) {
        /** Runs of the language that was scored the least, 0 where one was not. */
        int fewestRuns(List<String> languages) {
            return languages.stream()
                    .mapToInt(language -> byLanguage.containsKey(language)
                            ? byLanguage.get(language).runs()
                            : 0)
                    .min()
                    .orElse(0);
        }
    }

    /**
     * What a setting scores more than standard fine-tuning.
     *
     * @param standard of the same words and learning rate; where there is none of both, the one that does best, of the same
     *     words if there is one
     */
    record Gain(Setting setting, Setting standard, SortedMap<String, Summary> byLanguage, Optional<Summary> mean) {
        /** What the standard has otherwise than the setting; empty where there is no such thing. */
        String difference() {
            List<String> differences = new ArrayList<>();
            if (setting.words() != standard.words()) {
                differences.add("words " + standard.words().text());
            }
            if (setting.learningRate() != standard.learningRate()) {
                differences.add("lr " + standard.rate());
            }
            return String.join(", ", differences);
        }
    }

    static ScoreTable of(
            String benchmark, Scoring scoring, String protocol, Collection<ScoreLine> lines, int hiddenSize) {
        SortedMap<Setting, List<ScoreLine>> bySetting = new TreeMap<>();
        TreeSet<String> languages = new TreeSet<>();
        for (ScoreLine line : lines) {
            bySetting
                    .computeIfAbsent(Setting.of(line), any -> new ArrayList<>())
                    .add(line);
            languages.add(line.language());
        }
        List<Row> rows = bySetting.entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue(), languages.size()))
                .toList();
        return new ScoreTable(benchmark, scoring, protocol, List.copyOf(languages), rows, gains(rows, hiddenSize));
    }

    private static Row row(Setting setting, List<ScoreLine> lines, int languages) {
        SortedMap<String, List<Double>> byLanguage = new TreeMap<>();
        // Runs without a seed are one run: the mean of several.
        SortedMap<Long, List<Double>> byRun = new TreeMap<>();
        TreeSet<Long> seeds = new TreeSet<>();
        for (ScoreLine line : lines) {
            byLanguage
                    .computeIfAbsent(line.language(), any -> new ArrayList<>())
                    .add(line.f1());
            byRun.computeIfAbsent(line.seed().orElse(0), any -> new ArrayList<>())
                    .add(line.f1());
            line.seed().ifPresent(seeds::add);
        }
        List<Double> means = byRun.values().stream()
                .filter(scores -> scores.size() == languages)
                .map(scores -> Summary.of(scores).mean())
                .toList();
        SortedMap<String, Summary> summaries = new TreeMap<>();
        byLanguage.forEach((language, scores) -> summaries.put(language, Summary.of(scores)));
        return new Row(
                setting,
                List.copyOf(seeds),
                summaries,
                means.isEmpty() ? Optional.empty() : Optional.of(Summary.of(means)));
    }

    private static List<Gain> gains(List<Row> rows, int hiddenSize) {
        List<Gain> gains = new ArrayList<>();
        for (Row row : rows) {
            if (!row.setting().isStandard(hiddenSize)) {
                standard(row.setting(), rows, hiddenSize).ifPresent(standard -> gains.add(gain(row, standard)));
            }
        }
        return List.copyOf(gains);
    }

    private static Optional<Row> standard(Setting setting, List<Row> rows, int hiddenSize) {
        List<Row> standards = rows.stream()
                .filter(row ->
                        row.setting().isStandard(hiddenSize) && row.setting().isComparable(setting))
                .toList();
        List<Row> ofSameWords = standards.stream()
                .filter(row -> row.setting().words() == setting.words())
                .toList();
        return nearest(setting, ofSameWords).or(() -> nearest(setting, standards));
    }

    private static Optional<Row> nearest(Setting setting, List<Row> standards) {
        return standards.stream()
                .filter(row -> row.setting().learningRate() == setting.learningRate())
                .findFirst()
                .or(() -> standards.stream()
                        .filter(row -> row.mean().isPresent())
                        .max(Comparator.comparingDouble(
                                row -> row.mean().orElseThrow().mean())));
    }

    private static Gain gain(Row row, Row standard) {
        SortedMap<String, Summary> byLanguage = new TreeMap<>();
        for (Map.Entry<String, Summary> language : row.byLanguage().entrySet()) {
            Optional.ofNullable(standard.byLanguage().get(language.getKey()))
                    .ifPresent(of -> byLanguage.put(
                            language.getKey(), language.getValue().minus(of)));
        }
        return new Gain(
                row.setting(),
                standard.setting(),
                byLanguage,
                row.mean().flatMap(mean -> standard.mean().map(mean::minus)));
    }
}
