package dev.slicer.service.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** All that is logged while it is open, with the stories of exceptions; of Slicer's own also what is for developers alone. */
public final class WrittenLog extends Handler implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");
    private static final PatternFormatter MESSAGE = new PatternFormatter("%m");
    private static final Logger SLICER = Logger.getLogger("dev.slicer");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Level before = SLICER.getLevel();

    private WrittenLog() {
        setLevel(Level.ALL);
    }

    public static WrittenLog open() {
        WrittenLog log = new WrittenLog();
        SLICER.setLevel(Level.ALL);
        ROOT.addHandler(log);
        return log;
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord record) {
        StringWriter text = new StringWriter();
        text.append(MESSAGE.format(record));
        if (record.getThrown() != null) {
            record.getThrown().printStackTrace(new PrintWriter(text, true));
        }
        lines.add(text.toString());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        ROOT.removeHandler(this);
        SLICER.setLevel(before);
    }
}
