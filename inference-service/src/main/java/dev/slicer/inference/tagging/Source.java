package dev.slicer.inference.tagging;

import java.util.Locale;

/** Where documents come from. */
public enum Source {
    REST,
    KAFKA;

    /** As metrics and the page name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
