package dev.slicer.cli.evaluate;

import dev.slicer.cli.console.Terminal;
import dev.slicer.events.ScoreLine;
import dev.slicer.experiments.ScoreLog;
import java.nio.file.Path;
import java.util.List;

/** The file that scores are added to, one after another. */
record ResultsFile(Path path, Terminal terminal) {
    /** @throws dev.slicer.experiments.ExperimentException where it cannot be written */
    void requireWritable() {
        new ScoreLog(path).append(List.of());
    }

    /** @param lines at least one, all of one protocol */
    void add(List<ScoreLine> lines) {
        new ScoreLog(path).append(lines);
        terminal.note(lines.size() + " scores (" + lines.get(0).protocol() + ") added to " + path);
    }
}
