package dev.slicer.labels;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The labels of a token classifier in the order of its output units (HuggingFace's {@code id2label}). */
public record LabelSet(List<String> labels) {
    public LabelSet {
        labels = List.copyOf(labels);
        if (labels.isEmpty()) {
            throw new IllegalArgumentException("a label set needs at least one label");
        }
        if (Set.copyOf(labels).size() != labels.size()) {
            throw new IllegalArgumentException("labels must differ from one another: " + labels);
        }
    }

    /** {@code O}, then {@code B-} and {@code I-} of each type, in the order given. */
    public static LabelSet ofTypes(List<String> types) {
        Set<String> labels = new LinkedHashSet<>();
        labels.add("O");
        for (String type : types) {
            labels.add("B-" + type);
            labels.add("I-" + type);
        }
        return new LabelSet(List.copyOf(labels));
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
     * The labels as tags, in the same order: one without prefix, as {@code PER} or {@code LABEL_0}, becomes {@code I-PER},
     * blanks in it underscores.
     */
    public List<String> tags() {
        return labels.stream()
                .map(label -> TagScheme.isTag(label) ? label : "I-" + label.replaceAll("\\s", "_"))
                .toList();
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
