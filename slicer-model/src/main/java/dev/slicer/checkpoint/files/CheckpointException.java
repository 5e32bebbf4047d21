package dev.slicer.checkpoint.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/** A checkpoint that cannot be used; the message names the file and what is wrong with it. */
public class CheckpointException extends RuntimeException {
    /** Whether it is worth while to try again. */
    public enum Kind {
        /** What lies there is not what it should be: hash, size or format. Reading it again changes nothing. */
        CORRUPT,
        /** It cannot be read now, and may be later: a file or a volume is missing, or reading failed. */
        UNAVAILABLE
    }

    /** Of a type that can be written with the exception. */
    private final String file;

    private final String problem;
    private final Kind kind;

    /** One that is {@link Kind#CORRUPT}. */
    public CheckpointException(Path file, String problem) {
        this(file, problem, Kind.CORRUPT);
    }

    public CheckpointException(Path file, String problem, Kind kind) {
        super(file + ": " + problem);
        this.file = file.toString();
        this.problem = problem;
        this.kind = kind;
    }

    /** One that is {@link Kind#UNAVAILABLE} where the cause is of the disk or the network, and not of what lies there. */
    public CheckpointException(Path file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.file = file.toString();
        this.problem = problem;
        this.kind = isOfContent(cause) ? Kind.CORRUPT : Kind.UNAVAILABLE;
    }

    public Path file() {
        return Path.of(file);
    }

    /** What is wrong with the file, without its name. */
    public String problem() {
        return problem;
    }

    public Kind kind() {
        return kind;
    }

    private static boolean isOfContent(Throwable cause) {
        return !(cause instanceof IOException)
                || cause instanceof JsonProcessingException
                || cause instanceof CharacterCodingException
                || cause instanceof EOFException;
    }
}
