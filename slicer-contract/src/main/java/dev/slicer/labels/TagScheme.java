package dev.slicer.labels;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How entity borders are written into tags, spelled as {@link LabelSpelling} reads them. Everything inside this project is IOB2;
 * the others are read from what users bring.
 */
public enum TagScheme {
    /** {@code I-} everywhere, {@code B-} only where an entity follows another of its type. */
    IOB1,
    /** {@code B-} on the first word of each entity, {@code I-} on the others. */
    IOB2,
    /** {@code B- I- L-} and {@code U-} for one word; also spelled BIOES: {@code B- I- E-} and {@code S-}. */
    BILOU;

    private static final Pattern TAG = Pattern.compile("O|[BILUESMW]-\\S+");

    /** Whether a tag is of the usual spelling: {@code O}, or one of {@code B I L U E S M W}, a hyphen and a type. */
    public static boolean isTag(String tag) {
        return TAG.matcher(tag).matches();
    }

    /** The type of a tag, none for {@code O}. */
    public static Optional<String> type(String tag) {
        return tag.equals("O") ? Optional.empty() : Optional.of(tag.substring(2));
    }

    /**
     * The scheme of a whole file; one sentence says too little. A file without any entity is IOB2. Where orphan
     * {@code I-} and {@code B-} that IOB1 would not write occur side by side (damaged IOB2) the answer is IOB2.
     */
    public static TagScheme detect(Iterable<List<String>> sentences) {
        boolean orphanInside = false;
        boolean needlessBegin = false;
        for (List<String> tags : sentences) {
            String previous = "O";
            for (String tag : tags) {
                char prefix = tag.charAt(0);
                if ("LUES".indexOf(prefix) >= 0) {
                    return BILOU;
                }
                boolean sameType = !tag.equals("O") && type(tag).equals(type(previous));
                orphanInside |= prefix == 'I' && !sameType;
                needlessBegin |= prefix == 'B' && !sameType;
                previous = tag;
            }
        }
        return orphanInside && !needlessBegin ? IOB1 : IOB2;
    }

    /**
     * The same entities in valid IOB2. An {@code I-} that nothing opened opens an entity itself, as conlleval reads it,
     * so that no entity is lost; an entity that nothing closes ends with its last word.
     *
     * @throws IllegalArgumentException with the place, from 1, of a tag that is none of this scheme's
     */
    public List<String> toIob2(List<String> tags) {
        List<String> converted = new ArrayList<>(tags.size());
        String open = "";
        for (String tag : tags) {
            if (!isKnown(tag)) {
                throw new IllegalArgumentException("tag " + (converted.size() + 1) + " is no " + this + " tag");
            }
            char prefix = tag.charAt(0);
            if (prefix == 'O') {
                converted.add(tag);
                open = "";
                continue;
            }
            String type = tag.substring(2);
            boolean continues = (prefix == 'I' || prefix == 'L' || prefix == 'E') && open.equals(type);
            converted.add((continues ? "I-" : "B-") + type);
            open = prefix == 'B' || prefix == 'I' ? type : "";
        }
        return List.copyOf(converted);
    }

    private boolean isKnown(String tag) {
        return isTag(tag) && (this == BILOU ? "OBILUES" : "OBI").indexOf(tag.charAt(0)) >= 0;
    }
}
