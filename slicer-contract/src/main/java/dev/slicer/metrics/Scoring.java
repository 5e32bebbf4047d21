package dev.slicer.metrics;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How entity-level F1 is counted. */
public enum Scoring {
    /** Exact type and boundaries, IOB2 read strictly (seqeval {@code mode='strict', scheme=IOB2}), per word: the headline. */
    STRICT_IOB2("strict", "strict-iob2"),
    /** seqeval's default mode, which is conlleval's, per word. */
    CONLLEVAL("conlleval", "conlleval"),
    /**
     * seqeval's default mode over sub-tokens, each with its word's tag as gold and a prediction of its own, as in the paper's
     * code.
     */
    SUB_TOKEN("sub-token", "sub-token");

    private final String text;
    private final String label;

    Scoring(String text, String label) {
        this.text = text;
        this.label = label;
    }

    /** Its name in events, in the evaluator's report and as a label of metrics, which says the scheme too. */
    public String label() {
        return label;
    }

    /** Its name on the command line, in results and reports. */
    public String text() {
        return text;
    }

    /** @throws IllegalArgumentException naming those that there are */
    public static Scoring parse(String text) {
        return Arrays.stream(values())
                .filter(scoring -> scoring.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is none of "
                        + Arrays.stream(values()).map(Scoring::text).collect(Collectors.joining(", "))));
    }
}
