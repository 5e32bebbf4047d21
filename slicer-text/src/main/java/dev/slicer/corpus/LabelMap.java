package dev.slicer.corpus;

import dev.slicer.labels.TagScheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a corpus's labels become when it is read. An entry is either an entity type and its new type ({@code GPE=LOC}; to
 * {@code O} drops the type, {@code DATE=O}) or the number that a JSON Lines file writes for a tag and that tag
 * ({@code 1=B-PER}). Types without an entry stay.
 */
public final class LabelMap {
    private static final LabelMap IDENTITY = new LabelMap(Map.of(), Map.of());
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final Pattern PREFIXED = Pattern.compile("[BILUESMW]-.*");

    private final Map<String, String> types;
    private final Map<Integer, String> tagsByNumber;

    private LabelMap(Map<String, String> types, Map<Integer, String> tagsByNumber) {
        this.types = Map.copyOf(types);
        this.tagsByNumber = Map.copyOf(tagsByNumber);
    }

    /** Every label stays as it is. */
    public static LabelMap identity() {
        return IDENTITY;
    }

    /**
     * Entries like {@code DATE=O,GPE=LOC}, separated by commas; a blank text is the identity.
     *
     * @throws IllegalArgumentException naming the entry that can't be read
     */
    public static LabelMap parse(String entries) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String entry : entries.split(",")) {
            if (entry.isBlank()) {
                continue;
            }
            String[] sides = entry.strip().split("=", -1);
            if (sides.length != 2) {
                throw new IllegalArgumentException(
                        "label map entry '" + entry.strip() + "' is not of the form OLD=NEW");
            }
            if (map.put(sides[0].strip(), sides[1].strip()) != null) {
                throw new IllegalArgumentException("label map has two entries for '" + sides[0].strip() + "'");
            }
        }
        return of(map);
    }

    /**
     * The same entries as a map.
     *
     * @throws IllegalArgumentException naming the entry that can't be used
     */
    public static LabelMap of(Map<String, String> entries) {
        Map<String, String> types = new LinkedHashMap<>();
        Map<Integer, String> tagsByNumber = new LinkedHashMap<>();
        entries.forEach((from, to) -> {
            String entry = "label map entry '" + from + "=" + to + "'";
            if (NUMBER.matcher(from).matches()) {
                if (!TagScheme.isTag(to)) {
                    throw new IllegalArgumentException(entry + ": a number stands for a whole tag such as B-PER or O");
                }
                tagsByNumber.put(Integer.valueOf(from), to);
            } else if (from.equals("O") || !isType(from) || !isType(to)) {
                throw new IllegalArgumentException(
                        entry + ": write entity types without B- and I-, such as DATE=O or GPE=LOC");
            } else {
                types.put(from, to);
            }
        });
        return new LabelMap(types, tagsByNumber);
    }

    private static boolean isType(String type) {
        return !type.isEmpty()
                && type.chars().noneMatch(Character::isWhitespace)
                && !PREFIXED.matcher(type).matches();
    }

    Optional<String> tagOfNumber(int number) {
        return Optional.ofNullable(tagsByNumber.get(number));
    }

    /** IOB2 tags with their types mapped. */
    List<String> apply(List<String> tags) {
        if (types.isEmpty()) {
            return tags;
        }
        List<String> mapped = new ArrayList<>(tags.size());
        for (String tag : tags) {
            mapped.add(TagScheme.type(tag)
                    .map(type -> types.getOrDefault(type, type))
                    .map(type -> type.equals("O") ? "O" : tag.substring(0, 2) + type)
                    .orElse("O"));
        }
        return mapped;
    }
}
