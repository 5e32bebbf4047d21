package dev.slicer.charts;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A chart of grouped bars, above and below zero, with a whisker where a value has a deviation.
 *
 * @param groups labels of the groups, such as languages
 * @param series the bars of one setting, one for each group
 */
public record Bars(String title, String valueAxis, List<String> groups, List<Series> series) {
    private static final double PLOT_WIDTH = 720;
    private static final double NARROWEST = 5;
    private static final double WIDEST = 28;
    private static final double GAP = 12;
    private static final double CAP = 3;

    /** @param bars as many as the chart has groups */
    public record Series(String name, List<Bar> bars) {
        public Series {
            bars = List.copyOf(bars);
        }
    }

    /**
     * One bar.
     *
     * @param value NaN where nothing was measured: the place stays empty
     * @param deviation half the whisker's length, in the value's unit; 0 for none
     */
    public record Bar(double value, double deviation) {
        public Bar {
            if (Double.isInfinite(value) || !Double.isFinite(deviation) || deviation < 0) {
                throw new IllegalArgumentException(
                        "a bar needs a value and a deviation of at least 0, got " + value + " and " + deviation);
            }
        }

        boolean measured() {
            return !Double.isNaN(value);
        }

        private String text() {
            return Markup.value(value) + (deviation > 0 ? " ± " + Markup.value(deviation) : "");
        }
    }

    /** @throws IllegalArgumentException when there is no group, no series, or a series has another number of bars */
    public Bars {
        groups = List.copyOf(groups);
        series = List.copyOf(series);
        if (groups.isEmpty() || series.isEmpty()) {
            throw new IllegalArgumentException("'" + title + "' has no bars");
        }
        for (Series one : series) {
            if (one.bars.size() != groups.size()) {
                throw new IllegalArgumentException("'" + one.name + "' has " + one.bars.size() + " bars for "
                        + groups.size() + " groups in '" + title + "'");
            }
        }
    }

    /** A self-contained SVG document; the same chart gives the same text. */
    public String svg() {
        double[] ends = series.stream()
                .flatMap(one -> one.bars.stream())
                .filter(Bar::measured)
                .flatMapToDouble(bar -> DoubleStream.of(bar.value - bar.deviation, bar.value + bar.deviation))
                .toArray();
        // Bars tell by their length, so zero is always there.
        Scale scale = Scale.covering(
                Math.min(0, DoubleStream.of(ends).min().orElse(0)),
                Math.max(0, DoubleStream.of(ends).max().orElse(0)));
        double share = (PLOT_WIDTH / groups.size() - GAP) / series.size();
        double width = Math.min(WIDEST, Math.max(NARROWEST, share));
        Canvas canvas = new Canvas(
                new Canvas.Captions(
                        title, description(), series.stream().map(Series::name).toList(), valueAxis, groups, ""),
                scale,
                Canvas.Swatch.BAR,
                width * series.size() + GAP);
        for (int group = 0; group < groups.size(); group++) {
            for (int i = 0; i < series.size(); i++) {
                double left = canvas.x(group) + width * (i - series.size() / 2.0);
                draw(canvas, group, i, left, width);
            }
        }
        return canvas.end();
    }

    private void draw(Canvas canvas, int group, int index, double left, double width) {
        Bar bar = series.get(index).bars.get(group);
        if (!bar.measured()) {
            return;
        }
        double top = canvas.y(Math.max(0, bar.value));
        double bottom = canvas.y(Math.min(0, bar.value));
        canvas.add("<g><title>"
                        + Markup.text(groups.get(group) + ", " + series.get(index).name + ": " + bar.text())
                        + "</title>")
                .add("<rect class=\"" + Canvas.style(index) + "\" x=\"" + Markup.number(left + 0.5) + "\" y=\""
                        + Markup.number(top) + "\" width=\"" + Markup.number(width - 1) + "\" height=\""
                        + Markup.number(bottom - top) + "\"/>");
        if (bar.deviation > 0) {
            String x = Markup.number(left + width / 2);
            String cap = "h" + Markup.number(-CAP) + "h" + Markup.number(2 * CAP);
            canvas.add("<path class=\"whisker\" d=\"M" + x + " " + Markup.number(canvas.y(bar.value + bar.deviation))
                    + cap + "M" + x + " " + Markup.number(canvas.y(bar.value + bar.deviation)) + "V"
                    + Markup.number(canvas.y(bar.value - bar.deviation)) + cap + "\"/>");
        }
        canvas.add("</g>\n");
    }

    private String description() {
        return series.stream()
                .map(one -> one.name + ": "
                        + IntStream.range(0, groups.size())
                                .filter(group -> one.bars.get(group).measured())
                                .mapToObj(group -> groups.get(group) + " "
                                        + one.bars.get(group).text())
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; ", valueAxis + ". ", "."));
    }
}
