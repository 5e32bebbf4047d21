package dev.slicer.experiments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.events.ScoreLine;
import dev.slicer.io.IoProblem;
import dev.slicer.json.Json;
import dev.slicer.json.JsonProblem;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of score lines, JSON Lines in UTF-8, that grows with every experiment. Several processes may append to it at once.
 * A writer that was killed can leave a torn last line; it is not read, and the next one to append cuts it off.
 */
public final class ScoreLog {
    private static final byte END = '\n';

    private final Path file;

    /** @param file made by the first {@link #append} */
    public ScoreLog(Path file) {
        this.file = file;
    }

    /** A line of the file. */
    private record Line(byte[] bytes, boolean ended) {
        boolean isBlank() {
            return new String(bytes, StandardCharsets.UTF_8).isBlank();
        }

        /** What a killed writer leaves: no end, and no JSON, since a part of an object is none. */
        boolean isTorn() {
            if (ended) {
                return false;
            }
            try {
                Json.mapper().readTree(bytes);
                return false;
            } catch (IOException noJson) {
                return true;
            }
        }
    }

    /**
     * Adds lines at the end; they are on the disk when this returns.
     *
     * @throws ExperimentException naming the file that cannot be written
     */
    public void append(List<ScoreLine> lines) {
        // A second lock of this process would be refused, not waited for.
        synchronized (ScoreLog.class) {
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                try (FileChannel channel = FileChannel.open(
                                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                        FileLock alone = channel.lock()) {
                    append((FileChannel) alone.acquiredBy(), lines);
                }
            } catch (IOException failure) {
                throw new ExperimentException(file + ": cannot be written: " + IoProblem.of(failure), failure);
            }
        }
    }

    private static void append(FileChannel channel, List<ScoreLine> scores) throws IOException {
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        long end = channel.size();
        List<Line> lines = split(content(channel));
        if (!lines.isEmpty()) {
            Line last = lines.get(lines.size() - 1);
            if (last.isTorn()) {
                end -= last.bytes().length;
            } else if (!last.ended()) {
                added.write(END);
            }
        }
        for (ScoreLine score : scores) {
            added.write(Json.mapper().writeValueAsBytes(score));
            added.write(END);
        }
        channel.truncate(end);
        channel.position(end);
        ByteBuffer buffer = ByteBuffer.wrap(added.toByteArray());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    private static byte[] content(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (content.hasRemaining()) {
            if (channel.read(content) < 0) {
                throw new EOFException("the file shrank while it was read");
            }
        }
        return content.array();
    }

    /**
     * The lines in the order in which they first came, each as it came last where the same was measured again.
     *
     * @throws ExperimentException naming the file, and the line that is no score
     */
    public List<ScoreLine> read() {
        return read(List.of(this));
    }

    /** As {@link #read()}, of several files as if they were one. */
    public static List<ScoreLine> read(List<ScoreLog> logs) {
        Map<ScoreLine, ScoreLine> newest = new LinkedHashMap<>();
        for (ScoreLog log : logs) {
            List<Line> lines = log.lines();
            for (int i = 0; i < lines.size(); i++) {
                Line line = lines.get(i);
                if (!line.isBlank() && !line.isTorn()) {
                    ScoreLine score = log.parse(line, i + 1);
                    newest.put(score.measured(), score);
                }
            }
        }
        return List.copyOf(newest.values());
    }

    private List<Line> lines() {
        try {
            return split(Files.readAllBytes(file));
        } catch (NoSuchFileException missing) {
            throw new ExperimentException(file + ": no such file", missing);
        } catch (IOException failure) {
            throw new ExperimentException(file + ": cannot be read: " + IoProblem.of(failure), failure);
        }
    }

    private static List<Line> split(byte[] bytes) {
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == END) {
                lines.add(new Line(Arrays.copyOfRange(bytes, start, i), true));
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            lines.add(new Line(Arrays.copyOfRange(bytes, start, bytes.length), false));
        }
        return lines;
    }

    private ScoreLine parse(Line line, int number) {
        String place = file + ":" + number + ": ";
        try {
            JsonNode json = Json.mapper().readTree(line.bytes());
            if (!json.isObject()) {
                throw new ExperimentException(place + "is no JSON object");
            }
            return Json.mapper().treeToValue(json, ScoreLine.class);
        } catch (JsonProcessingException wrong) {
            JsonProblem problem = JsonProblem.ofLine(wrong);
            throw new ExperimentException(
                    place + (problem.kind() == JsonProblem.Kind.SYNTAX ? "is no JSON: " : "") + problem.message(),
                    wrong);
        } catch (IOException wrong) {
            throw new ExperimentException(place + "is not UTF-8", wrong);
        }
    }
}
