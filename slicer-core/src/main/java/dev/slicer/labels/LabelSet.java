package dev.slicer.labels;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

    /** Entity types without prefix, in the order of their first label. */
    public List<String> types() {
        Map<String, Boolean> types = new LinkedHashMap<>();
        for (String label : labels) {
            if (label.length() > 2 && label.charAt(1) == '-') {
                types.put(label.substring(2), true);
            }
        }
        return List.copyOf(types.keySet());
    }
}
