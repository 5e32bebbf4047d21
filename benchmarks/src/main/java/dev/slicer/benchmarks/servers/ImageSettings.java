package dev.slicer.benchmarks.servers;

import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the container image starts a service, as its Dockerfile says: the environment and the JVM's options of its last stage.
 *
 * @param environment without what is a build argument's to say
 * @param jvmOptions between {@code java} and {@code -jar}
 */
record ImageSettings(Map<String, String> environment, List<String> jvmOptions) {
    private static final Pattern VARIABLE = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|(\\S+))");

    /** @param installation Slicer's folder */
    static ImageSettings of(Path installation) throws IOException {
        Path file = installation.resolve("deploy/Dockerfile");
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    static ImageSettings parse(String dockerfile) throws IOException {
        List<String> instructions = Arrays.stream(
                        dockerfile.replaceAll("(?m)^\\s*#.*\\R", "").split("(?<!\\\\)\\R"))
                .map(instruction -> instruction.replaceAll("\\\\\\R\\s*", " ").strip())
                .toList();
        Map<String, String> environment = new LinkedHashMap<>();
        List<String> entryPoint = List.of();
        for (String instruction : instructions) {
            if (instruction.startsWith("FROM ")) {
                environment.clear();
            } else if (instruction.startsWith("ENV ")) {
                environment.putAll(variables(instruction));
            } else if (instruction.startsWith("ENTRYPOINT ")) {
                entryPoint =
                        List.of(Json.mapper().readValue(instruction.substring("ENTRYPOINT ".length()), String[].class));
            }
        }
        int jar = entryPoint.indexOf("-jar");
        if (jar < 1) {
            throw new IllegalArgumentException("its ENTRYPOINT should be java, options, -jar, …");
        }
        return new ImageSettings(environment, entryPoint.subList(1, jar));
    }

    private static Map<String, String> variables(String instruction) {
        Map<String, String> variables = new LinkedHashMap<>();
        Matcher matcher = VARIABLE.matcher(instruction);
        while (matcher.find()) {
            String value = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
            if (!value.contains("$")) {
                variables.put(matcher.group(1), value);
            }
        }
        return variables;
    }

    /** These options, then others. */
    List<String> jvmOptions(String... others) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.addAll(List.of(others));
        return all;
    }
}
