package dev.slicer.corpus;

import java.util.Optional;
import java.util.OptionalInt;

/** A corpus that can't be read; the message says which file, which line where there is one, and what is wrong. */
public final class CorpusException extends RuntimeException {
    private final String file;
    private final OptionalInt line;
    /** The problem without what the file has there; empty where nothing is quoted. */
    private final Optional<String> unquoted;

    /** @param line counted from 1 */
    public CorpusException(String file, int line, String problem) {
        this(file, line, problem, Optional.empty());
    }

    private CorpusException(String file, int line, String problem, Optional<String> unquoted) {
        super(file + ":" + line + ": " + problem);
        this.file = file;
        this.line = OptionalInt.of(line);
        this.unquoted = unquoted;
    }

    /**
     * A problem with what a line holds.
     *
     * @param problem as it is told to those who may see the line, quoting it
     * @param unquoted as it is told to others
     */
    static CorpusException quoting(String file, int line, String problem, String unquoted) {
        return new CorpusException(file, line, problem, Optional.of(unquoted));
    }

    /** A problem of the file as a whole. */
    public CorpusException(String file, String problem) {
        super(file + ": " + problem);
        this.file = file;
        this.line = OptionalInt.empty();
        this.unquoted = Optional.empty();
    }

    CorpusException(String file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.file = file;
        this.line = OptionalInt.empty();
        this.unquoted = Optional.empty();
    }

    /** The file or reference as it was given. */
    public String file() {
        return file;
    }

    /** The line, counted from 1; empty where the file as a whole is the problem. */
    public OptionalInt line() {
        return line;
    }

    /** The same without a word of the file. */
    CorpusException withoutQuote() {
        return unquoted.map(problem -> new CorpusException(file, line.orElseThrow(), problem))
                .orElse(this);
    }
}
