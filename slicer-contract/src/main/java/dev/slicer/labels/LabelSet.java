package dev.slicer.labels;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The labels of a token classifier in the order of its output units (HuggingFace's {@code id2label}). */
public record LabelSet(List<String> labels) {
    /** What some models, which label every sub-token, call the special ones and the second and later ones of a word. */
    private static final Set<String> OF_NO_WORD = Set.of("[CLS]", "[SEP]", "[PAD]", "<s>", "</s>", "<pad>", "PAD", "X");

    public LabelSet {
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a label set needs at least one label");
        }
        if (Set.copyOf(labels).size() != labels.size()) {
            throw new IllegalArgumentException("labels must differ from one another: " + labels);
        }
    }

    /**
     * {@code O}, then {@code B-} and {@code I-} of each type, in the order given.
     *
     * @throws IllegalArgumentException naming a type that would not be read as one
     */
    public static LabelSet ofTypes(List<String> types) {
        Set<String> labels = new LinkedHashSet<>();
        labels.add("O");
        for (String type : types) {
            labels.add("B-" + type);
            labels.add("I-" + type);
        }
        LabelSet set = new LabelSet(List.copyOf(labels));
        for (String type : types) {
            if (!set.types().contains(type)) {
                throw new IllegalArgumentException("'" + type + "' is no entity type; one has no blanks and is not O");
            }
        }
        return set;
    }

    public int size() {
        return labels.size();
    }

    public String label(int id) {
        return labels.get(id);
    }

    public OptionalInt id(String label) {
        int id = labels.indexOf(label);
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The labels as tags, in the same order, as {@link LabelSpelling} reads them; those of sub-tokens that are no words are
     * outside.
     *
     * @throws IllegalArgumentException naming a label that is none, or is spelled otherwise than the others
     */
    public List<String> tags() {
        Map<String, String> tags = LabelSpelling.tags(
                labels.stream().filter(label -> !OF_NO_WORD.contains(label)).toList());
        return labels.stream().map(label -> tags.getOrDefault(label, "O")).toList();
    }

    /** Entity types without prefix, in the order of their first label. */
    public List<String> types() {
        return tags().stream()
                .flatMap(tag -> TagScheme.type(tag).stream())
                .distinct()
                .toList();
    }

    /**
     * Checks types that somebody asks for.
     *
     * @throws IllegalArgumentException naming those that are none of {@link #types()}
     */
    public void requireTypes(Collection<String> asked) {
        List<String> unknown =
                asked.stream().filter(type -> !types().contains(type)).sorted().toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("no entity type of this model: " + String.join(", ", unknown)
                    + "; it has " + String.join(", ", types()));
        }
    }
}
