package dev.slicer.charts;

import java.math.BigDecimal;
import java.util.List;

/** What the charts have in common: the sheet with title, legend, value axis and labels below. */
final class Canvas {
    /** How many series look different; the next one looks like the first. */
    static final int STYLES = 7;

    private static final double HEIGHT = 280;
    private static final double FONT = 12;
    private static final double TITLE_FONT = 15;
    private static final double MARGIN = 16;
    private static final double LINE = 20;
    private static final double SWATCH = 26;
    /** Labels that are too wide to stand side by side are tilted by so many degrees. */
    private static final double TILT = 40;

    /**
     * Colours after Okabe and Ito, who chose them so that people with any kind of colour blindness can tell them apart;
     * some are darker here, or brighter on dark ground, for contrast.
     */
    private static final String STYLE = """
            .slicer-chart { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
            .slicer-chart .sheet { fill: #ffffff; }
            .slicer-chart text { fill: #24292f; }
            .slicer-chart .title { font-size: 15px; font-weight: 600; }
            .slicer-chart .grid { stroke: #d8dee4; }
            .slicer-chart .axis { stroke: #57606a; }
            .slicer-chart .whisker { stroke: #24292f; fill: none; }
            .slicer-chart .line { stroke-width: 2; }
            .slicer-chart polyline.line { fill: none; }
            .slicer-chart .c0 { fill: #0072b2; stroke: #0072b2; }
            .slicer-chart .c1 { fill: #d55e00; stroke: #d55e00; }
            .slicer-chart .c2 { fill: #009e73; stroke: #009e73; }
            .slicer-chart .c3 { fill: #b8548c; stroke: #b8548c; }
            .slicer-chart .c4 { fill: #b57f00; stroke: #b57f00; }
            .slicer-chart .c5 { fill: #3a9bd9; stroke: #3a9bd9; }
            .slicer-chart .c6 { fill: #6e7781; stroke: #6e7781; }
            .slicer-chart .hollow { fill-opacity: 0.2; }
            .slicer-chart .line.hollow { stroke-width: 1; }
            .slicer-chart .line.c1 { stroke-dasharray: 8 4; }
            .slicer-chart .line.c2 { stroke-dasharray: 2 3; }
            .slicer-chart .line.c3 { stroke-dasharray: 10 3 2 3; }
            .slicer-chart .line.c4 { stroke-dasharray: 5 2; }
            .slicer-chart .line.c5 { stroke-dasharray: 14 4; }
            .slicer-chart .line.c6 { stroke-dasharray: 6 3 2 3 2 3; }
            @media (prefers-color-scheme: dark) {
            .slicer-chart .sheet { fill: #0d1117; }
            .slicer-chart text { fill: #e6edf3; }
            .slicer-chart .grid { stroke: #30363d; }
            .slicer-chart .axis { stroke: #8b949e; }
            .slicer-chart .whisker { stroke: #e6edf3; }
            .slicer-chart .c0 { fill: #2f93d6; stroke: #2f93d6; }
            .slicer-chart .c1 { fill: #f07d2e; stroke: #f07d2e; }
            .slicer-chart .c2 { fill: #1fbf92; stroke: #1fbf92; }
            .slicer-chart .c3 { fill: #e08fbb; stroke: #e08fbb; }
            .slicer-chart .c4 { fill: #e6b13a; stroke: #e6b13a; }
            .slicer-chart .c5 { fill: #8accf5; stroke: #8accf5; }
            .slicer-chart .c6 { fill: #9aa4af; stroke: #9aa4af; }
            }
            """;

    /**
     * What a chart says beside its values.
     *
     * @param description the values in words, for those who cannot see them
     * @param legend names of the series
     * @param labels below the plot, side by side
     * @param labelAxis what the labels are; empty where that is plain
     */
    record Captions(
            String title,
            String description,
            List<String> legend,
            String valueAxis,
            List<String> labels,
            String labelAxis) {}

    /** How a series is shown in the legend. */
    enum Swatch {
        BAR,
        LINE
    }

    private final StringBuilder svg = new StringBuilder();
    private final Scale scale;
    private final double left;
    private final double top;
    private final double slot;

    /** @param slot width that each label has */
    Canvas(Captions captions, Scale scale, Swatch swatch, double slot) {
        this.scale = scale;
        this.slot = slot;
        double widestTick = scale.ticks().stream()
                .mapToDouble(tick -> Markup.width(Markup.plain(tick), FONT))
                .max()
                .orElseThrow();
        double widestLabel = captions.labels().stream()
                .mapToDouble(label -> Markup.width(label, FONT))
                .max()
                .orElseThrow();
        boolean tilted = widestLabel > slot - 4;
        double radians = Math.toRadians(TILT);
        this.left = MARGIN + Math.max(LINE + widestTick + 8, tilted ? widestLabel * Math.cos(radians) - slot / 2 : 0);
        double plotWidth = slot * captions.labels().size();
        double right = Math.max(left + plotWidth, MARGIN + Markup.width(captions.title(), TITLE_FONT));
        StringBuilder legend = new StringBuilder();
        this.top = legend(legend, captions.legend(), swatch, MARGIN + 2 * LINE, right) + LINE;
        StringBuilder labels = new StringBuilder();
        double bottom = top + HEIGHT + LINE - 4;
        labels(labels, captions.labels(), bottom, tilted);
        bottom += tilted ? widestLabel * Math.sin(radians) : 0;
        if (!captions.labelAxis().isEmpty()) {
            bottom += LINE;
            text(labels, captions.labelAxis(), left + plotWidth / 2, bottom, "text-anchor=\"middle\"");
        }
        open(captions, right + MARGIN, bottom + MARGIN);
        svg.append(legend);
        valueAxis(captions.valueAxis(), left + plotWidth);
        svg.append(labels);
    }

    private void open(Captions captions, double width, double height) {
        String size = "width=\"" + Markup.number(width) + "\" height=\"" + Markup.number(height) + "\"";
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"slicer-chart\" role=\"img\" ")
                .append(size)
                .append(" viewBox=\"0 0 " + Markup.number(width) + " " + Markup.number(height) + "\">\n")
                .append("<title>" + Markup.text(captions.title()) + "</title>\n")
                .append("<desc>" + Markup.text(captions.description()) + "</desc>\n")
                .append("<style>\n" + STYLE + "</style>\n")
                .append("<rect class=\"sheet\" " + size + "/>\n");
        text(svg, captions.title(), MARGIN, MARGIN + TITLE_FONT, "class=\"title\"");
    }

    /** The y of the last line. */
    private static double legend(StringBuilder to, List<String> names, Swatch swatch, double firstY, double right) {
        double x = MARGIN;
        double y = firstY;
        for (int i = 0; i < names.size(); i++) {
            double width = SWATCH + Markup.width(names.get(i), FONT) + MARGIN;
            if (x > MARGIN && x + width > right) {
                x = MARGIN;
                y += LINE;
            }
            to.append(
                    swatch == Swatch.BAR
                            ? "<rect class=\"" + style(i) + "\" x=\"" + Markup.number(x) + "\" y=\""
                                    + Markup.number(y - 10) + "\" width=\"18\" height=\"11\"/>\n"
                            : "<line class=\"line " + style(i) + "\" x1=\"" + Markup.number(x) + "\" y1=\""
                                    + Markup.number(y - 4) + "\" x2=\"" + Markup.number(x + 20) + "\" y2=\""
                                    + Markup.number(y - 4) + "\"/>\n");
            text(to, names.get(i), x + SWATCH, y, "");
            x += width;
        }
        return y;
    }

    private void valueAxis(String name, double right) {
        for (BigDecimal tick : scale.ticks()) {
            double y = y(tick.doubleValue());
            rule(tick.signum() == 0 ? "axis" : "grid", left, y, right, y);
            text(svg, Markup.plain(tick), left - 8, y + 4, "text-anchor=\"end\"");
        }
        String middle = Markup.number(MARGIN + FONT) + " " + Markup.number(top + HEIGHT / 2);
        svg.append("<text text-anchor=\"middle\" transform=\"translate(" + middle + ") rotate(-90)\">"
                + Markup.text(name) + "</text>\n");
    }

    private void labels(StringBuilder to, List<String> labels, double y, boolean tilted) {
        for (int i = 0; i < labels.size(); i++) {
            if (tilted) {
                String end = Markup.number(x(i) + 4) + " " + Markup.number(y);
                String turn = "transform=\"rotate(" + Markup.number(-TILT) + " " + end + ")\"";
                text(to, labels.get(i), x(i) + 4, y, "text-anchor=\"end\" " + turn);
            } else {
                text(to, labels.get(i), x(i), y, "text-anchor=\"middle\"");
            }
        }
    }

    private static void text(StringBuilder to, String text, double x, double y, String attributes) {
        to.append("<text x=\"" + Markup.number(x) + "\" y=\"" + Markup.number(y) + "\""
                + (attributes.isEmpty() ? "" : " " + attributes) + ">" + Markup.text(text) + "</text>\n");
    }

    private void rule(String style, double x1, double y1, double x2, double y2) {
        svg.append("<line class=\"" + style + "\" x1=\"" + Markup.number(x1) + "\" y1=\"" + Markup.number(y1)
                + "\" x2=\"" + Markup.number(x2) + "\" y2=\"" + Markup.number(y2) + "\"/>\n");
    }

    /** Once all colours are taken they are taken again, with bars and points hollow and lines thin. */
    static String style(int series) {
        return "c" + series % STYLES + (series / STYLES % 2 == 0 ? "" : " hollow");
    }

    /** The middle of a label's slot. */
    double x(int label) {
        return left + slot * (label + 0.5);
    }

    double y(double value) {
        return top + HEIGHT * (1 - scale.position(value));
    }

    Canvas add(String elements) {
        svg.append(elements);
        return this;
    }

    String end() {
        return svg.append("</svg>\n").toString();
    }
}
