package dev.slicer.benchmarks.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.benchmarks.suite.Benchmark.Contestant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkOptionsTest {

    @Test
    void shouldMeasureSlicerAsItComesAndAllPeersWhereNobodyIsNamed() {
        // When
        BenchmarkOptions options = tagging();

        // Then
        assertThat(options.contestants())
                .extracting(Contestant::name)
                .containsExactly(
                        "slicer",
                        "transformers",
                        "onnxruntime",
                        "onnxruntime-int8",
                        "openvino-bf16-latency",
                        "openvino-bf16-throughput",
                        "openvino-int8-latency",
                        "openvino-int8-throughput");
        assertThat(options.contestants().stream().filter(options::isRequired))
                .extracting(Contestant::name)
                .containsExactly("slicer");
    }

    @Test
    void shouldMeasureAndRequireWhoeverIsNamed() {
        // When
        BenchmarkOptions options = tagging("--only", "slicer-int8,onnxruntime-int8");

        // Then
        assertThat(options.contestants())
                .extracting(Contestant::name)
                .containsExactly("slicer-int8", "onnxruntime-int8");
        assertThat(options.contestants()).allMatch(options::isRequired);
    }

    @Test
    void shouldNameTheSubjectsThatThereAre() {
        assertThatThrownBy(() -> tagging("--only", "slicer,spacy").contestants())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no subject of tagging is named 'spacy': slicer, slicer-fp32, ");
    }

    @Test
    void shouldMarkTheFiguresOfAQuickRun() {
        assertThat(tagging().figureName()).isEqualTo("tagging");
        assertThat(tagging("--size", "quick").figureName()).isEqualTo("tagging-quick");
    }

    private static BenchmarkOptions tagging(String... options) {
        List<String> arguments = new ArrayList<>(List.of("tagging", "--cache", "cache", "--data", "data"));
        arguments.addAll(List.of(options));
        return BenchmarkOptions.parse(arguments);
    }
}
