package dev.slicer.cli.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.slicer.json.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where a command writes: results to standard output, progress and problems to standard error, so that the results can
 * be piped while progress stays in sight. On a terminal progress is one line that is rewritten; elsewhere it is a line
 * now and then.
 */
public final class Terminal {
    /** System property that {@code ./slicer} sets: which of {@code out,err} are terminals. */
    private static final String PROPERTY = "slicer.terminal";

    private static final Duration REWRITE_INTERVAL = Duration.ofMillis(100);
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(10);
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean coloured;
    private final boolean rewriting;
    private final Clock clock;
    private Instant lastProgress = Instant.EPOCH;
    private boolean progressShown;

    /**
     * @param coloured whether standard output takes colours
     * @param rewriting whether a line of standard error can be rewritten
     */
    public Terminal(PrintStream out, PrintStream err, boolean coloured, boolean rewriting, Clock clock) {
        this.out = out;
        this.err = err;
        this.coloured = coloured;
        this.rewriting = rewriting;
        this.clock = clock;
    }

    /** The process's own streams, in UTF-8 whatever the locale; without colours where NO_COLOR is set. */
    public static Terminal ofProcess() {
        List<String> terminals = List.of(System.getProperty(PROPERTY, "").split(","));
        return new Terminal(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                terminals.contains("out")
                        && System.getenv().getOrDefault("NO_COLOR", "").isEmpty(),
                terminals.contains("err"),
                Clock.systemUTC());
    }

    public PrintStream out() {
        return out;
    }

    public PrintStream err() {
        return err;
    }

    public boolean coloured() {
        return coloured;
    }

    /** A line of the result. */
    public synchronized void print(String line) {
        clearProgress();
        out.println(line);
        out.flush();
    }

    /** A result for a program: one line of JSON. */
    public void printJson(Object result) {
        try {
            // As a string: written as bytes, characters beyond the basic plane would be escaped, emoji for one.
            print(Json.mapper().writeValueAsString(result));
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("cannot write " + result + " as JSON", cause);
        }
    }

    /** A line about what the command does. */
    public synchronized void note(String line) {
        clearProgress();
        err.println(line);
        err.flush();
    }

    /** How far the work is; may be called at any rate. */
    public synchronized void progress(String line) {
        Instant now = clock.instant();
        if (now.isBefore(lastProgress.plus(rewriting ? REWRITE_INTERVAL : LINE_INTERVAL))) {
            return;
        }
        lastProgress = now;
        if (rewriting) {
            err.print(CLEAR_LINE + line);
            progressShown = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Where the work ended, shown in any case and left standing. */
    public synchronized void progressDone(String line) {
        note(line);
        lastProgress = Instant.EPOCH;
    }

    private void clearProgress() {
        if (progressShown) {
            err.print(CLEAR_LINE);
            progressShown = false;
        }
    }
}
