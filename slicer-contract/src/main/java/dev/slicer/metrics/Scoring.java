package dev.slicer.metrics;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What is counted as an entity that was found. Each scoring has one name and one meaning on the command line, in events, over
 * REST and as a label of metrics; where what it reads is not to be had, it is left out. All count what has the same type,
 * start and end as right, and gold and prediction are read alike.
 *
 * <p>A model says a label at each sub-token. {@link #STRICT} reads what the product makes of these, the others what the
 * model says, so that they compare with what others publish.
 */
public enum Scoring {
    /**
     * By word, tags decoded to valid IOB2, as users get them; read strictly, so that an {@code I-} that continues nothing is
     * no entity (seqeval {@code mode='strict', scheme=IOB2}). The headline, and what promotion decides by.
     */
    STRICT("strict"),
    /**
     * By word, the most probable label at each word's first sub-token, on its own and not decoded, as scripts for token
     * classification have it; read leniently, so that an {@code I-} that continues nothing opens an entity (conlleval,
     * seqeval's default mode). The evaluator gets no such labels, so it has none of this.
     */
    CONLLEVAL("conlleval"),
    /**
     * By sub-token, the most probable label at each, on its own and not decoded, against the tag of its word, read as
     * {@link #CONLLEVAL}: as in the paper's code.
     */
    SUB_TOKEN("sub-token");

    /** The name of {@link #STRICT} in events of earlier versions. */
    private static final String EARLIER_STRICT = "strict-iob2";

    private final String text;

    Scoring(String text) {
        this.text = text;
    }

    /** Its name. */
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

    /** Whether an event that has this name in it was written by an earlier version. */
    public static boolean isEarlierName(String name) {
        return EARLIER_STRICT.equals(name);
    }

    /** The name that events have now for the one that they had or have. */
    public static String presentName(String name) {
        return isEarlierName(name) ? STRICT.text : name;
    }
}
