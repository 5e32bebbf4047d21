package dev.slicer.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of this repository, as a test sees them whose working directory is the module's. */
final class Repository {
    static final List<Service> SERVICES =
            List.of(new Service("trainer-service"), new Service("inference-service"), new Service("evaluator-service"));

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern DOCUMENTED_KEY = Pattern.compile("(?m)^\\| `([a-z][a-z0-9.-]+)` \\|");

    record Service(String name) {
        /** The port of its {@code application.properties}. */
        int port() {
            return port("quarkus.http.port");
        }

        /** That of health and metrics. */
        int managementPort() {
            return port("quarkus.management.port");
        }

        private int port(String key) {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(text(name + "/src/main/resources/application.properties")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Integer.parseInt(properties.getProperty(key));
        }

        /** All of its production code, with what the services share. */
        String sources() {
            return Stream.of(name, "service-support", "engine-support", "slicer-kafka")
                    .flatMap(module -> files(module + "/src/main/java", ".java").stream())
                    .map(Repository::text)
                    .collect(Collectors.joining("\n"));
        }
    }

    private Repository() {}

    static Path path(String relative) {
        return ROOT.resolve(relative);
    }

    static String text(String relative) {
        return text(path(relative));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> files(String folder, String suffix) {
        try (Stream<Path> files = Files.walk(path(folder))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode yaml(String relative) {
        return yamlDocuments(text(relative)).get(0);
    }

    static List<JsonNode> yamlDocuments(String yaml) {
        // Unlike Jackson's reader, this one follows anchors and merge keys.
        Iterable<Object> documents = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml);
        return StreamSupport.stream(documents.spliterator(), false)
                .<JsonNode>map(JSON::valueToTree)
                .toList();
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " is no JSON", e);
        }
    }

    /** The settings of docs/configuration.md, spelled as environment variables. */
    static Set<String> documentedVariables() {
        return DOCUMENTED_KEY
                .matcher(text("docs/configuration.md"))
                .results()
                .map(key -> key.group(1).replaceAll("[.-]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    static String firstGroup(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .map((MatchResult match) -> match.group(1))
                .orElseThrow(() -> new AssertionError(pattern + " is not in the text"));
    }
}
