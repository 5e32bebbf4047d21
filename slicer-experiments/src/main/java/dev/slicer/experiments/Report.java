package dev.slicer.experiments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slicer.charts.Bars;
import dev.slicer.events.ScoreLine;
import dev.slicer.json.Json;
import dev.slicer.metrics.Scoring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What experiments showed: for each benchmark, scoring and protocol the mean and sample standard deviation of F1 over the
 * seeds, by setting and language, and the gain over standard fine-tuning, as the paper's Figure 3 has it. The same scores
 * in any order give the same report.
 */
public final class Report {
    private static final String MEAN = "mean";

    private final int hiddenSize;
    private final List<ScoreTable> tables;

    private Report(int hiddenSize, List<ScoreTable> tables) {
        this.hiddenSize = hiddenSize;
        this.tables = tables;
    }

    /** Where a table of the report belongs; in the report's order. */
    private record Place(String benchmark, Scoring scoring, String protocol) implements Comparable<Place> {
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::benchmark)
                .thenComparing(Place::scoring)
                .thenComparing(Place::kind)
                .thenComparingInt(Place::averaged);

        /** {@code last} before {@code best-validation} before the averages. */
        private int kind() {
            return Stream.of(ScoreLine.LAST, ScoreLine.BEST_VALIDATION, ScoreLine.AVERAGE_LAST, ScoreLine.AVERAGE_RUNS)
                    .takeWhile(kind -> !protocol.startsWith(kind))
                    .toList()
                    .size();
        }

        private int averaged() {
            String number = protocol.replaceAll("\\D", "");
            return number.isEmpty() ? 0 : Integer.parseInt(number);
        }

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * The report of some scores; the newest of equal measurements, which is the last, counts.
     *
     * @param hiddenSize the encoders' d: the h that is standard fine-tuning
     * @throws IllegalArgumentException where there is no score
     */
    public static Report of(List<ScoreLine> lines, int hiddenSize) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("there is no score to report");
        }
        Map<ScoreLine, ScoreLine> newest = new LinkedHashMap<>();
        lines.forEach(line -> newest.put(line.measured(), line));
        SortedMap<Place, List<ScoreLine>> byPlace = new TreeMap<>();
        newest.values().stream()
                // Sums of the same numbers in another order would differ in their last bits.
                .sorted(Comparator.comparing(ScoreLine::language)
                        .thenComparingLong(line -> line.seed().orElse(0)))
                .forEach(line -> byPlace.computeIfAbsent(
                                new Place(line.benchmark(), line.scoring(), line.protocol()), any -> new ArrayList<>())
                        .add(line));
        List<ScoreTable> tables = byPlace.entrySet().stream()
                .map(entry -> ScoreTable.of(
                        entry.getKey().benchmark(),
                        entry.getKey().scoring(),
                        entry.getKey().protocol(),
                        entry.getValue(),
                        hiddenSize))
                .toList();
        return new Report(hiddenSize, tables);
    }

    /**
     * Tables with everything that is needed to read them, under headings of the third level.
     *
     * @param charts where the files of {@link #charts()} are, seen from the Markdown file, empty or with a slash at its end;
     *     absent to show none
     */
    public String markdown(Optional<String> charts) {
        return new ReportMarkdown(hiddenSize, tables, charts).render();
    }

    /** The same figures, as ratios from 0 to 1 with 4 decimals. */
    public String json() {
        ObjectNode report = new ReportJson(hiddenSize, tables).report();
        try {
            return Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a report can always be written", impossible);
        }
    }

    /** SVG documents by file name: the gain by language of each setting, for each table, source and number of steps. */
    public SortedMap<String, String> charts() {
        SortedMap<String, String> charts = new TreeMap<>();
        for (ScoreTable table : tables) {
            for (List<ScoreTable.Gain> gains : byRun(table.gains())) {
                charts.put(chartName(table, gains.get(0).setting()), chart(table, gains));
            }
        }
        return charts;
    }

    /** Those that were trained on the same source for as many steps together. */
    static List<List<ScoreTable.Gain>> byRun(List<ScoreTable.Gain> gains) {
        List<List<ScoreTable.Gain>> groups = new ArrayList<>();
        for (ScoreTable.Gain gain : gains) {
            List<ScoreTable.Gain> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
            if (last.isEmpty() || !last.get(0).setting().isComparable(gain.setting())) {
                groups.add(new ArrayList<>(List.of(gain)));
            } else {
                last.add(gain);
            }
        }
        return groups;
    }

    static String chartName(ScoreTable table, Setting setting) {
        return String.join(
                                "-",
                                "gain",
                                table.benchmark(),
                                table.scoring().text(),
                                table.protocol(),
                                setting.source(),
                                Integer.toString(setting.steps()))
                        .replaceAll("[^\\p{Alnum}.+_-]", "_")
                + ".svg";
    }

    static String chartTitle(ScoreTable table, Setting setting) {
        return "Gain over standard fine-tuning, " + setting.source() + ", " + setting.steps() + " steps ("
                + table.benchmark() + ", " + table.scoring().text() + ", " + table.protocol() + ")";
    }

    private static String chart(ScoreTable table, List<ScoreTable.Gain> gains) {
        List<String> groups = new ArrayList<>(table.languages());
        groups.add(MEAN);
        List<Bars.Series> series = gains.stream()
                .map(gain -> {
                    List<Bars.Bar> bars = new ArrayList<>();
                    for (String language : table.languages()) {
                        bars.add(bar(Optional.ofNullable(gain.byLanguage().get(language))));
                    }
                    bars.add(bar(gain.mean()));
                    return new Bars.Series(name(gain), bars);
                })
                .toList();
        return new Bars(chartTitle(table, gains.get(0).setting()), "points of F1", groups, series).svg();
    }

    private static String name(ScoreTable.Gain gain) {
        Setting setting = gain.setting();
        String name = "h = " + setting.h() + ", " + setting.classifierName() + setting.whatIsTrained() + ", lr "
                + setting.rate();
        return gain.difference().isEmpty() ? name : name + " (standard: " + gain.difference() + ")";
    }

    private static Bars.Bar bar(Optional<Summary> gain) {
        return gain.map(of -> new Bars.Bar(
                        100 * of.mean(),
                        of.deviation().stream()
                                .map(deviation -> 100 * deviation)
                                .sum()))
                .orElse(new Bars.Bar(Double.NaN, 0));
    }
}
