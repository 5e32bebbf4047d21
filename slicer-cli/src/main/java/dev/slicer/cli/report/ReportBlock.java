package dev.slicer.cli.report;

import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.TextFile;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The part of a Markdown file between two marks, which a report replaces. */
final class ReportBlock {
    static final String BEGIN = "<!-- report:begin -->";
    static final String END = "<!-- report:end -->";

    private final Path file;
    private final String before;
    private final String after;

    private ReportBlock(Path file, String before, String after) {
        this.file = file;
        this.before = before;
        this.after = after;
    }

    /** @throws CommandFailedException naming the file, where it does not have each mark once, in order */
    static ReportBlock of(Path file) {
        String text = read(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        boolean once = begin == text.lastIndexOf(BEGIN) && end == text.lastIndexOf(END);
        if (begin < 0 || end < begin || !once) {
            throw new CommandFailedException(file + ": needs a line " + BEGIN + " and after it a line " + END
                    + ", each once; the report goes between them");
        }
        return new ReportBlock(file, text.substring(0, begin + BEGIN.length()), text.substring(end));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new CommandFailedException("there is no file " + file, missing);
        } catch (IOException failure) {
            throw new CommandFailedException("cannot read " + file + ": " + IoProblem.of(failure), failure);
        }
    }

    /** @param markdown ends with a line end */
    void replace(String markdown) {
        TextFile.replace(file, before + "\n\n" + markdown + "\n" + after);
    }
}
