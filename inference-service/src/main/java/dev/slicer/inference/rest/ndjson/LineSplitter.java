package dev.slicer.inference.rest.ndjson;

import java.io.ByteArrayOutputStream;

/** Cuts bytes into lines, however they arrive. Holds one line at the most, and of that no more than may be. */
final class LineSplitter {
    /** Told of each line but the blank ones, numbered from 1 with them. */
    interface Lines {
        void line(long number, byte[] content);

        /** A line that is longer than lines may be. */
        void tooLong(long number);
    }

    private final int maxBytes;
    private final Lines lines;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
    private boolean overflown;
    private long number = 1;

    LineSplitter(int maxBytes, Lines lines) {
        this.maxBytes = maxBytes;
        this.lines = lines;
    }

    void feed(byte[] bytes) {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                add(bytes, start, i);
                end();
                number++;
                start = i + 1;
            }
        }
        add(bytes, start, bytes.length);
    }

    /** The last line needs no line feed. */
    void end() {
        byte[] content = begun.toByteArray();
        if (overflown) {
            lines.tooLong(number);
        } else if (!isBlank(content)) {
            lines.line(number, content);
        }
        begun.reset();
        overflown = false;
    }

    private void add(byte[] bytes, int start, int end) {
        overflown |= begun.size() + (end - start) > maxBytes;
        if (!overflown) {
            begun.write(bytes, start, end - start);
        }
    }

    private static boolean isBlank(byte[] content) {
        for (byte unit : content) {
            if (unit != ' ' && unit != '\t' && unit != '\r') {
                return false;
            }
        }
        return true;
    }
}
