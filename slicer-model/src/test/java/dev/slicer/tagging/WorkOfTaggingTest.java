package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.slicer.encoder.PackedBatch;
import dev.slicer.engine.EngineOptions;
import dev.slicer.engine.Precision;
import dev.slicer.engine.TorchProgram;
import dev.slicer.huggingface.PublishedCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fixed workload takes, in counts, which are the same on every machine however busy it is. */
class WorkOfTaggingTest {
    private static final Path CHECKPOINT = PublishedCheckpoint.of("xlm-roberta").model();

    @Test
    void shouldFillPassesAndPadLittle() {
        // Given
        List<List<Chunk>> passes;
        try (Tagger tagger = FixedWorkload.open(CHECKPOINT)) {
            passes = Batches.of(
                    FixedWorkload.documents().stream()
                            .map(document -> tagger.tokenize(document, TaggingOptions.defaults()))
                            .toList(),
                    tagger.maxBatchTokens());
        }

        // When
        List<PackedBatch> batches = passes.stream()
                .map(pass -> PackedBatch.of(
                        pass.stream().map(chunk -> new int[chunk.tokens()]).toList(), 0))
                .toList();

        // Then
        long tokens = batches.stream().mapToLong(PackedBatch::tokens).sum();
        assertThat(batches).as("passes").hasSizeLessThanOrEqualTo((int) (tokens / 256 * 1.2));
        assertThat(batches.stream().mapToLong(WorkOfTaggingTest::cells).sum())
                .as("cells that attention computes, for %d sub-tokens", tokens)
                .isLessThanOrEqualTo((long) (tokens * 1.1));
        assertThat(batches.stream()
                        .mapToLong(batch -> batch.groups().length / 4)
                        .sum())
                .as("groups that attention computes one after the other")
                .isLessThanOrEqualTo(2L * batches.size());
    }

    private static long cells(PackedBatch batch) {
        return IntStream.range(0, batch.groups().length / 4)
                .mapToLong(group -> batch.groups()[4 * group + 2] * batch.groups()[4 * group + 3])
                .sum();
    }

    @Test
    void shouldCompileProductsForFewSizesAndNoneTwice(@TempDir Path folder) throws Exception {
        // Given
        try (TorchProgram program = TorchProgram.load(EngineOptions.defaults())) {
            assumeThat(program.packs(Precision.INT8))
                    .as("PyTorch was built with oneDNN for this processor")
                    .isTrue();
        }
        Path output = folder.resolve("output");
        ProcessBuilder child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                FixedWorkload.class.getName(),
                CHECKPOINT.toString());
        child.environment().put("ONEDNN_VERBOSE", "profile_create");
        child.environment().put("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "256");
        child.redirectErrorStream(true).redirectOutput(output.toFile());

        // When
        int exitCode = child.start().waitFor();

        // Then
        List<String> lines = Files.readAllLines(output);
        assertThat(exitCode).as("%s", lines).isZero();
        int again = lines.indexOf(FixedWorkload.AGAIN);
        assertThat(compiled(lines.subList(0, again)))
                .as("products and other operations compiled for sizes that are new")
                .isBetween(1L, 120L);
        assertThat(compiled(lines.subList(again, lines.size())))
                .as("compiled for sizes that were met before")
                .isZero();
    }

    private static long compiled(List<String> lines) {
        return lines.stream().filter(line -> line.contains("create:cache_miss")).count();
    }
}
