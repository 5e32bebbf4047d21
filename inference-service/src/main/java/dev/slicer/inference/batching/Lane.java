package dev.slicer.inference.batching;

import java.util.Locale;

/** Who waits for the answer. The lanes share the engine in turns, never a forward pass. */
public enum Lane {
    /** A caller waits: goes first, and is refused rather than kept waiting for long. */
    INTERACTIVE,
    /** A stream that can be read more slowly: gets what is left, but always a share, and is never refused. */
    BULK;

    /** As metrics name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
