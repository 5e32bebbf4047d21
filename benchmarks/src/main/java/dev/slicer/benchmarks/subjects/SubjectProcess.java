package dev.slicer.benchmarks.subjects;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.benchmarks.workload.FoundEntity;
import dev.slicer.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A subject as a process of its own that lives through the whole benchmark, so that subjects can take turns: it says
 * {@code ready} and what it is, then answers each line {@code run} with <code>{"seconds": …}</code> and each line {@code
 * entities FILE} with <code>{"entities": [[["PER", 0, 5], …], …]}</code>, those of each line of the file.
 */
public final class SubjectProcess implements AutoCloseable {
    /** What {@code ./slicer} and the container images set for the process. */
    public static final Map<String, String> LAUNCHER = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "33554432",
            "MALLOC_TRIM_THRESHOLD_", "268435456",
            "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256",
            "GOMP_SPINCOUNT", "20000");

    static final String ENTITIES = "entities ";
    private static final String READY = "ready ";

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final String description;

    private SubjectProcess(String name, Process process) throws IOException {
        this.name = name;
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        String first = answer();
        if (!first.startsWith(READY)) {
            throw new IOException(name + " should say 'ready', said '" + first + "'");
        }
        this.description = first.substring(READY.length());
    }

    /**
     * Starts the subject and waits until it is ready.
     *
     * @param environment beside what this process has
     * @throws IOException when it can't be started or ends before it is ready
     */
    public static SubjectProcess start(String name, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("CUDA_VISIBLE_DEVICES", "");
        builder.environment().put("HF_HUB_OFFLINE", "1");
        builder.environment().putAll(environment);
        Process process = builder.start();
        // A benchmark that is called off must not leave a subject in the middle of its run.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try {
            return new SubjectProcess(name, process);
        } catch (IOException e) {
            process.destroy();
            throw e;
        }
    }

    /** The command line of a JVM like this one, so with the same native library. */
    public static List<String> java(Class<?> main, List<?> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    /** Seconds of one run as the subject measured them. */
    public double run() throws IOException {
        String answer = answer("run");
        JsonNode seconds = Json.mapper().readTree(answer).path("seconds");
        if (!seconds.isNumber() || seconds.doubleValue() <= 0) {
            throw new IOException(name + " should answer with its seconds, said '" + answer + "'");
        }
        return seconds.doubleValue();
    }

    /**
     * What the subject finds in each text.
     *
     * @param texts file with one a line
     * @param count so many lines
     */
    public List<List<FoundEntity>> entities(Path texts, int count) throws IOException {
        String answer = answer(ENTITIES + texts.toAbsolutePath());
        List<List<FoundEntity>> entities = Json.mapper()
                .convertValue(
                        Json.mapper().readTree(answer).path("entities"),
                        new TypeReference<List<List<FoundEntity>>>() {});
        if (entities == null || entities.size() != count) {
            throw new IOException(
                    name + " should answer with the entities of " + count + " texts, said '" + answer + "'");
        }
        return entities;
    }

    public long pid() {
        return process.pid();
    }

    private String answer(String request) throws IOException {
        requests.write(request + "\n");
        requests.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + " ended; its reason is above");
        }
        return line;
    }

    /** Ends the process: at the end of its input by itself, else by force. */
    @Override
    public void close() throws IOException {
        try {
            requests.close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
