package dev.slicer.corpus;

import java.util.OptionalInt;

/** A corpus that can't be read; the message says which file, which line where there is one, and what is wrong. */
public final class CorpusException extends RuntimeException {
    private final String file;
    private final OptionalInt line;

    /** @param line counted from 1 */
    public CorpusException(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
        this.file = file;
        this.line = OptionalInt.of(line);
    }

    /** A problem of the file as a whole. */
    public CorpusException(String file, String problem) {
        super(file + ": " + problem);
        this.file = file;
        this.line = OptionalInt.empty();
    }

    CorpusException(String file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.file = file;
        this.line = OptionalInt.empty();
    }

    /** The file or reference as it was given. */
    public String file() {
        return file;
    }

    /** The line, counted from 1; empty where the file as a whole is the problem. */
    public OptionalInt line() {
        return line;
    }
}
