package dev.slicer.benchmarks.subjects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.benchmarks.workload.FoundEntity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectProcessTest {

    @Test
    void shouldMeasureRunAfterRunOfOneProcess() throws Exception {
        // Given
        try (SubjectProcess subject =
                SubjectProcess.start("counting", SubjectProcess.java(CountingSubject.class, List.of()), Map.of())) {
            // When
            double first = subject.run();
            double second = subject.run();

            // Then
            assertThat(subject.description()).isEqualTo("for a test");
            assertThat(List.of(first, second)).containsExactly(1.0, 2.0);
        }
    }

    @Test
    void shouldBringTheEntitiesOfEachText(@TempDir Path folder) throws Exception {
        // Given
        Path texts = Files.write(folder.resolve("texts of a test.txt"), List.of("Nyeri ni mji", "mji"));
        try (SubjectProcess subject =
                SubjectProcess.start("finding", SubjectProcess.java(FindingSubject.class, List.of("LOC")), Map.of())) {
            // When
            List<List<FoundEntity>> found = subject.entities(texts, 2);

            // Then
            assertThat(found).containsExactly(List.of(new FoundEntity("LOC", 0, 5)), List.of());
            assertThat(subject.run()).isEqualTo(1.0);
        }
    }

    @Test
    void shouldRefuseAnAnswerToOtherTexts(@TempDir Path folder) throws Exception {
        // Given
        Path texts = Files.write(folder.resolve("texts.txt"), List.of("Nyeri ni mji"));
        try (SubjectProcess subject =
                SubjectProcess.start("finding", SubjectProcess.java(FindingSubject.class, List.of("LOC")), Map.of())) {
            // When, Then
            assertThatThrownBy(() -> subject.entities(texts, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessage("finding should answer with the entities of 2 texts, said"
                            + " '{\"entities\":[[[\"LOC\",0,5]]]}'");
        }
    }

    @Test
    void shouldNameTheSubjectThatEndsBeforeItIsReady() {
        assertThatThrownBy(() ->
                        SubjectProcess.start("silent", SubjectProcess.java(SilentSubject.class, List.of()), Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessage("silent ended; its reason is above");
    }

    static final class CountingSubject {
        private static int runs;

        public static void main(String[] args) throws IOException {
            Subject.serve("for a test", () -> {
                System.out.println("noise that is no answer");
                return ++runs;
            });
        }
    }

    /** Finds Nyeri. */
    static final class FindingSubject {
        public static void main(String[] args) throws IOException {
            Subject.serve(
                    "for a test",
                    () -> 1,
                    texts -> texts.stream()
                            .map(text -> text.startsWith("Nyeri")
                                    ? List.of(new FoundEntity(args[0], 0, 5))
                                    : List.<FoundEntity>of())
                            .toList());
        }
    }

    static final class SilentSubject {
        public static void main(String[] args) {}
    }
}
