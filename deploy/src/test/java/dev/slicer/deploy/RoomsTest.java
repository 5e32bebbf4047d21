package dev.slicer.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoomsTest {
    private static final int MOST_CLASSES = 32;

    @Test
    void shouldSayOfEachPackageWhatMayComeIn() throws IOException {
        assertThat(packages())
                .hasSizeGreaterThan(50)
                .allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                        .exists()
                        .content()
                        .contains("/**"));
    }

    @Test
    void shouldCheckTheLayersOfEachModule() throws IOException {
        for (Path module : modules()) {
            try (Stream<Path> tests = Files.walk(module.resolve("src/test/java"))) {
                assertThat(tests.map(Path::getFileName).map(Path::toString))
                        .as("tests of %s", module.getFileName())
                        .anyMatch(name -> name.endsWith("ArchitectureTest.java"));
            }
        }
    }

    @Test
    void shouldKeepPackagesSmallEnoughToBeSeenAtOnce() throws IOException {
        for (Path folder : packages()) {
            try (Stream<Path> classes = Files.list(folder)) {
                assertThat(classes.filter(
                                path -> path.toString().endsWith(".java") && !path.endsWith("package-info.java")))
                        .as("classes of %s", folder)
                        .hasSizeLessThanOrEqualTo(MOST_CLASSES);
            }
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(Repository.path(""))) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .toList();
        }
    }

    private static List<Path> packages() throws IOException {
        List<Path> packages = new ArrayList<>();
        for (Path module : modules()) {
            try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .distinct()
                        .forEach(packages::add);
            }
        }
        return packages;
    }
}
