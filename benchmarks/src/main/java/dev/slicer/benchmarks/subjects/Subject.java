package dev.slicer.benchmarks.subjects;

import dev.slicer.benchmarks.workload.FoundEntity;
import dev.slicer.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/** Slicer's side of the conversation that {@link SubjectProcess} leads. */
public final class Subject {
    private Subject() {}

    /** One that does nothing but its runs. */
    public static void serve(String description, DoubleSupplier secondsOfRun) throws IOException {
        serve(description, secondsOfRun, texts -> {
            throw new IllegalStateException("this subject finds no entities");
        });
    }

    /**
     * Answers until standard input ends; whatever else is printed goes to standard error.
     *
     * @param entities of each text
     */
    static void serve(
            String description, DoubleSupplier secondsOfRun, Function<List<String>, List<List<FoundEntity>>> entities)
            throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        answers.println("ready " + description);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            Map<String, ?> answer = line.startsWith(SubjectProcess.ENTITIES)
                    ? Map.of(
                            "entities",
                            entities.apply(
                                    Files.readAllLines(Path.of(line.substring(SubjectProcess.ENTITIES.length())))))
                    : Map.of("seconds", secondsOfRun.getAsDouble());
            answers.println(Json.mapper().writeValueAsString(answer));
        }
    }
}
