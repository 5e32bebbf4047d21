package dev.slicer.benchmarks.subjects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubjectProcessTest {

    @Test
    void shouldMeasureRunAfterRunOfOneProcess() throws Exception {
        // Given
        try (SubjectProcess subject =
                SubjectProcess.start("counting", SubjectProcess.java(CountingSubject.class), Map.of())) {
            // When
            double first = subject.run();
            double second = subject.run();

            // Then
            assertThat(subject.description()).isEqualTo("for a test");
            assertThat(List.of(first, second)).containsExactly(1.0, 2.0);
        }
    }

    @Test
    void shouldNameTheSubjectThatEndsBeforeItIsReady() {
        assertThatThrownBy(() -> SubjectProcess.start("silent", SubjectProcess.java(SilentSubject.class), Map.of()))
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

    static final class SilentSubject {
        public static void main(String[] args) {}
    }
}
