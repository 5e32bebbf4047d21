package dev.slicer.charts;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A chart of lines over evenly spaced ticks, such as layers or epochs.
 *
 * @param ticks labels along the x axis
 * @param lines in the legend's order
 */
public record Lines(String title, String xAxis, String yAxis, List<String> ticks, List<Line> lines) {
    private static final double PLOT_WIDTH = 640;
    private static final double WIDEST_SLOT = 80;
    private static final double NARROWEST_SLOT = 16;
    private static final int RADIUS = 4;

    /** @param values at the first ticks; a line may end before the last one */
    public record Line(String name, List<Double> values) {
        public Line {
            values = List.copyOf(values);
            if (!values.stream().allMatch(Double::isFinite)) {
                throw new IllegalArgumentException("line '" + name + "' has values that are no finite number");
            }
        }
    }

    /** @throws IllegalArgumentException when no line has a value, or one has more values than there are ticks */
    public Lines {
        ticks = List.copyOf(ticks);
        lines = List.copyOf(lines);
        if (lines.stream().allMatch(line -> line.values.isEmpty())) {
            throw new IllegalArgumentException("'" + title + "' has no line with a value");
        }
        for (Line line : lines) {
            if (line.values.size() > ticks.size()) {
                throw new IllegalArgumentException("line '" + line.name + "' has " + line.values.size() + " values for "
                        + ticks.size() + " ticks in '" + title + "'");
            }
        }
    }

    /** A self-contained SVG document; the same chart gives the same text. */
    public String svg() {
        double slot = Math.max(NARROWEST_SLOT, Math.min(WIDEST_SLOT, PLOT_WIDTH / ticks.size()));
        Canvas canvas = new Canvas(
                new Canvas.Captions(
                        title, description(), lines.stream().map(Line::name).toList(), yAxis, ticks, xAxis),
                scale(),
                Canvas.Swatch.LINE,
                slot);
        for (int i = 0; i < lines.size(); i++) {
            draw(canvas, i);
        }
        return canvas.end();
    }

    /** Zero is shown where that costs less than half of the height. */
    private Scale scale() {
        double min = values().min().orElseThrow();
        double max = values().max().orElseThrow();
        return Scale.covering(min > 0 && min <= max / 2 ? 0 : min, max < 0 && max >= min / 2 ? 0 : max);
    }

    private DoubleStream values() {
        return lines.stream().flatMap(line -> line.values.stream()).mapToDouble(Double::doubleValue);
    }

    private void draw(Canvas canvas, int index) {
        Line line = lines.get(index);
        String path = IntStream.range(0, line.values.size())
                .mapToObj(i -> Markup.number(canvas.x(i)) + "," + Markup.number(canvas.y(line.values.get(i))))
                .collect(Collectors.joining(" "));
        canvas.add("<polyline class=\"line " + Canvas.style(index) + "\" points=\"" + path + "\"/>\n");
        for (int i = 0; i < line.values.size(); i++) {
            double value = line.values.get(i);
            canvas.add("<circle class=\"" + Canvas.style(index) + "\" cx=\"" + Markup.number(canvas.x(i)) + "\" cy=\""
                    + Markup.number(canvas.y(value)) + "\" r=\"" + RADIUS + "\"><title>"
                    + Markup.text(line.name + ", " + xAxis + " " + ticks.get(i) + ": " + Markup.value(value))
                    + "</title></circle>\n");
        }
    }

    private String description() {
        return lines.stream()
                .map(line -> line.name + ": "
                        + IntStream.range(0, line.values.size())
                                .mapToObj(i -> ticks.get(i) + " " + Markup.value(line.values.get(i)))
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; ", yAxis + " by " + xAxis + ". ", "."));
    }
}
