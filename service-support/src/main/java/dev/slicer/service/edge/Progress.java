package dev.slicer.service.edge;

/** What is not standing still. */
final class Progress {
    /** Fewer bytes in the whole time that something may stand still are none. The last ones of a body or answer may be fewer. */
    static final int LEAST_BYTES = 1024;

    private Progress() {}
}
