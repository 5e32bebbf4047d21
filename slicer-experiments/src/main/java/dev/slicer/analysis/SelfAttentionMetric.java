package dev.slicer.analysis;

import java.util.Locale;
import java.util.Map;

/**
 * The shares as gauges for Prometheus, under one name and with the same labels whoever publishes them.
 */
public final class SelfAttentionMetric {
    /** The gauge's name; its value is from 0 to 1. */
    public static final String NAME = "slicer_self_attention_share";

    public static final String HELP =
            "Share of its attention that a token puts on itself, mean over heads and tokens, by layer";

    /** Label: which model. */
    public static final String MODEL = "model";

    /** Label: which layer, as {@link #layer} writes it. */
    public static final String LAYER = "layer";

    private SelfAttentionMetric() {}

    /** Value of the label: layers are counted from 1, as in the paper's figures. */
    public static String layer(int index) {
        return Integer.toString(index + 1);
    }

    /**
     * The gauges in Prometheus' text format, as node_exporter's textfile collector reads it.
     *
     * @param shares by the models' names, in the order to be written
     */
    public static String exposition(Map<String, SelfAttentionShares> shares) {
        StringBuilder text = new StringBuilder();
        text.append("# HELP ").append(NAME).append(' ').append(HELP).append('\n');
        text.append("# TYPE ").append(NAME).append(" gauge\n");
        shares.forEach((model, ofModel) -> {
            for (int i = 0; i < ofModel.byLayer().size(); i++) {
                text.append(String.format(
                        Locale.ROOT,
                        "%s{%s=\"%s\",%s=\"%s\"} %s\n",
                        NAME,
                        MODEL,
                        escaped(model),
                        LAYER,
                        layer(i),
                        ofModel.byLayer().get(i)));
            }
        });
        return text.toString();
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
