package dev.slicer.benchmarks.subjects;

import dev.slicer.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Slicer's side of the conversation that {@link SubjectProcess} leads. */
public final class Subject {
    private Subject() {}

    /** Answers until standard input ends; whatever else is printed goes to standard error. */
    public static void serve(String description, DoubleSupplier secondsOfRun) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        answers.println("ready " + description);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            if (line.equals("run")) {
                answers.println(Json.mapper().writeValueAsString(Map.of("seconds", secondsOfRun.getAsDouble())));
            }
        }
    }
}
