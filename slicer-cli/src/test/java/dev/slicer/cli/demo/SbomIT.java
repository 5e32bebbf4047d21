package dev.slicer.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bills of materials against the jars that are shipped. */
class SbomIT {
    @ParameterizedTest
    @CsvSource({
        "trainer-service, quarkus-app/lib",
        "inference-service, quarkus-app/lib",
        "evaluator-service, quarkus-app/lib",
        "slicer-cli, slicer-cli.jar"
    })
    void shouldListEachLibraryThatIsShipped(String module, String libraries) throws IOException {
        assumeThat(System.getProperty("slicer.network"))
                .as("bills of materials are written by builds that are online")
                .isEqualTo("offline=false");
        // Given
        Path target = Path.of("..", module, "target");
        JsonNode sbom = Json.mapper().readTree(target.resolve("sbom.json").toFile());
        Set<String> listed = new TreeSet<>();
        sbom.path("components")
                .forEach(component -> listed.add(component.path("name").asText() + "-"
                        + component.path("version").asText()));

        // When
        Set<String> shipped = shipped(target.resolve(libraries));

        // Then: Quarkus puts the group in front of a jar's name, and a classifier may be behind its version
        assertThat(sbom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(shipped).isNotEmpty().allMatch(jar -> listed.stream().anyMatch(jar::contains));
        assertThat(StreamSupport.stream(sbom.path("components").spliterator(), false))
                .filteredOn(component -> !component.path("group").asText().equals("dev.slicer"))
                .allSatisfy(component -> assertThat(component.path("hashes")).isNotEmpty());
    }

    /** What a folder has, or what a jar names as its class path: beside it may lie libraries of earlier builds. */
    private static Set<String> shipped(Path libraries) throws IOException {
        if (Files.isDirectory(libraries)) {
            try (Stream<Path> jars = Files.walk(libraries)) {
                return jars.map(jar -> jar.getFileName().toString())
                        .filter(name -> name.endsWith(".jar"))
                        .collect(Collectors.toSet());
            }
        }
        try (JarFile jar = new JarFile(libraries.toFile())) {
            String[] classPath =
                    jar.getManifest().getMainAttributes().getValue("Class-Path").split(" ");
            return Stream.of(classPath)
                    .map(library -> library.substring(library.lastIndexOf('/') + 1))
                    .collect(Collectors.toSet());
        }
    }
}
