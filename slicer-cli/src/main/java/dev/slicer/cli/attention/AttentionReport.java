package dev.slicer.cli.attention;

import dev.slicer.analysis.SelfAttentionMetric;
import dev.slicer.analysis.SelfAttentionShares;
import dev.slicer.charts.Lines;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What {@code slicer attention} found, as table, chart and gauges; also its JSON, with shares from 0 to 1.
 *
 * @param corpora that were read, together
 * @param tokens whose attention it is: all, words or entities
 * @param models by their names, in the order given
 */
record AttentionReport(List<String> corpora, String tokens, Map<String, SelfAttentionShares> models) {
    String table() {
        Table table = new Table(line("layer", Map.Entry::getKey));
        for (int i = 0; i < depth(); i++) {
            int layer = i;
            table.row(line(SelfAttentionMetric.layer(i), model -> {
                List<Double> shares = model.getValue().byLayer();
                // Models may be of different depth.
                return layer < shares.size() ? Figures.percent(shares.get(layer)) : "";
            }));
        }
        table.rule().row(line("mean", model -> Figures.percent(mean(model.getValue()))));
        return title() + ", in percent\n\n" + table.render();
    }

    /** As the paper's Figures 1 and 4. */
    String svg() {
        List<String> layers =
                IntStream.range(0, depth()).mapToObj(SelfAttentionMetric::layer).toList();
        List<Lines.Line> lines = models.entrySet().stream()
                .map(model -> new Lines.Line(model.getKey(), model.getValue().byLayer()))
                .toList();
        return new Lines(title(), "layer", "share of attention", layers, lines).svg();
    }

    String exposition() {
        return SelfAttentionMetric.exposition(models);
    }

    private String title() {
        String whose = tokens.equals("all") ? "tokens" : tokens;
        return "Attention that " + whose + " put on themselves (" + String.join(", ", corpora) + ")";
    }

    private String[] line(String first, Function<Map.Entry<String, SelfAttentionShares>, String> cell) {
        List<String> cells = new ArrayList<>(List.of(first));
        models.entrySet().forEach(model -> cells.add(cell.apply(model)));
        return cells.toArray(String[]::new);
    }

    private int depth() {
        return models.values().stream()
                .mapToInt(shares -> shares.byLayer().size())
                .max()
                .orElseThrow();
    }

    private static double mean(SelfAttentionShares shares) {
        return shares.byLayer().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }
}
