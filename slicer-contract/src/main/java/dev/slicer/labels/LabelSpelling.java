package dev.slicer.labels;

import dev.slicer.text.Quote;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the labels of one source (a corpus, a labelled document, a model) as tags. All of them are spelled alike, or they are
 * refused: {@code B-PER}, {@code B_PER}, {@code PER-B}, {@code PER_B}, or types alone as {@code PER}, whose runs are entities.
 * Prefixes have no case; beside those of IOB, BILOU and BIOES there are {@code M} for {@code I} and {@code W} for {@code S}
 * (BMES, BMEOW). Type {@code O} is none: {@code B-O} and {@code I-O} are outside, as {@code O} is.
 */
public final class LabelSpelling {
    private static final String LETTERS = "BILUESMW";
    private static final String LETTER = "(?<letter>(?i:[" + LETTERS + "]))";
    private static final Pattern USUAL = Pattern.compile(LETTER + "-(?<type>\\S+)");
    private static final List<Pattern> OTHERS = List.of(
            Pattern.compile(LETTER + "_(?<type>\\S+)"),
            Pattern.compile("(?<type>\\S+)-" + LETTER),
            Pattern.compile("(?<type>\\S+)_" + LETTER));

    /** Between letters and digits anything but a hyphen behind one letter, which is a prefix that nobody knows; no prefix alone. */
    private static final Pattern TYPE = Pattern.compile(
            "(?=.*\\p{L})(?!\\p{L}-|(?i:[" + LETTERS + "])$)[\\p{L}\\p{N}](?:[^\\s()*]*[\\p{L}\\p{N}])?");

    private static final Pattern OUTSIDE = Pattern.compile("(?i)(?:[" + LETTERS + "][-_])?O|O[-_][" + LETTERS + "]");
    private static final String EXPECTED =
            "; expected O or a prefix of " + String.join(" ", LETTERS.split("")) + ", as in B-PER";

    private LabelSpelling() {}

    /** A label that cannot be read beside the others of its source. */
    public static final class UnreadableLabelException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        private final String label;
        private final String unquoted;

        private UnreadableLabelException(String label) {
            super(Quote.of(label) + " is no tag" + EXPECTED);
            this.label = label;
            this.unquoted = "it is no tag" + EXPECTED;
        }

        private UnreadableLabelException(String label, String usual) {
            super(Quote.of(label) + " is no tag beside " + Quote.shortened(usual) + EXPECTED);
            this.label = label;
            this.unquoted = "it is no tag beside others of another spelling" + EXPECTED;
        }

        public String label() {
            return label;
        }

        /** The message for those who may not see labels; its subject is where the label stands. */
        public String unquoted() {
            return unquoted;
        }
    }

    /**
     * The tag that each label stands for: {@code O}, or one of {@code B I L U E S}, a hyphen and a type, whose blanks are
     * underscores.
     *
     * @param labels all that the source has, in any order
     * @throws UnreadableLabelException naming the first one that is spelled in no way, or in another than the others
     */
    public static Map<String, String> tags(Collection<String> labels) {
        return tags(labels, TYPE.asMatchPredicate());
    }

    /**
     * As {@link #tags}, of a column of a corpus. Types alone are only believed beside an {@code O}: without one any column of
     * words would do.
     *
     * @throws UnreadableLabelException as well where there are types alone, and nothing is outside
     */
    public static Map<String, String> tagsOfCorpus(Collection<String> labels) {
        boolean someOutside = labels.stream().anyMatch(OUTSIDE.asMatchPredicate());
        return tags(labels, label -> someOutside && TYPE.matcher(label).matches());
    }

    /** Whether these are labels of entities, some of which say where one begins or goes on. */
    public static boolean markEntities(Collection<String> labels) {
        return labels.stream().anyMatch(OUTSIDE.asMatchPredicate().negate()) && !areTypes(labels);
    }

    /** Whether these are types alone, whose runs are entities. */
    public static boolean areTypes(Collection<String> labels) {
        return pattern(named(labels)).isEmpty();
    }

    private static Map<String, String> tags(Collection<String> labels, Predicate<String> isType) {
        List<String> named = named(labels);
        Optional<Pattern> pattern = pattern(named);
        Optional<String> usual = named.stream().filter(USUAL.asMatchPredicate()).findFirst();
        Map<String, String> tags = new LinkedHashMap<>();
        for (String label : labels) {
            String spelled = withoutBlanks(label);
            if (OUTSIDE.matcher(spelled).matches()) {
                tags.put(label, "O");
            } else if (pattern.isPresent()) {
                tags.put(label, marked(pattern.get().matcher(spelled)));
            } else if (usual.isPresent() && !USUAL.matcher(spelled).matches()) {
                throw new UnreadableLabelException(label, usual.get());
            } else if (usual.isEmpty() && !isType.test(spelled)) {
                throw new UnreadableLabelException(label);
            } else {
                tags.put(label, "I-" + spelled);
            }
        }
        return tags;
    }

    private static List<String> named(Collection<String> labels) {
        return labels.stream()
                .map(LabelSpelling::withoutBlanks)
                .filter(OUTSIDE.asMatchPredicate().negate())
                .toList();
    }

    /** Empty for types alone, and where not all labels are spelled alike. */
    private static Optional<Pattern> pattern(List<String> named) {
        if (named.stream().allMatch(USUAL.asMatchPredicate())) {
            return Optional.of(USUAL);
        }
        // What begins no entity and goes on with none is likelier the name of a type.
        return OTHERS.stream()
                .filter(pattern -> named.stream().allMatch(pattern.asMatchPredicate()))
                .filter(pattern -> named.stream().anyMatch(label -> "BI".contains(letter(pattern.matcher(label)))))
                .findFirst();
    }

    private static String marked(Matcher label) {
        String letter = letter(label);
        String known = letter.equals("M") ? "I" : letter.equals("W") ? "S" : letter;
        return known + "-" + label.group("type");
    }

    private static String letter(Matcher label) {
        return label.matches() ? label.group("letter").toUpperCase(Locale.ROOT) : "";
    }

    private static String withoutBlanks(String label) {
        return label.replaceAll("\\s", "_");
    }
}
