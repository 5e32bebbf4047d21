package dev.slicer.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailedLoadTest {
    private static final Path FILE = Path.of("model.safetensors");

    static Stream<Throwable> lastingProblems() {
        return Stream.of(
                new CheckpointException(FILE, "has SHA-256 a where b was expected"),
                new CheckpointException(FILE, "is no manifest", new JsonParseException(null, "Unexpected end")),
                new CheckpointException(FILE, "id2label", new IllegalArgumentException("none")),
                new IllegalStateException(new CheckpointException(FILE, "is cut off")),
                new BrokenModelException("the model fails on every text", new IllegalStateException("closed")));
    }

    static Stream<Throwable> passingProblems() {
        return Stream.of(
                new CheckpointException(FILE, "there is no such checkpoint", Kind.UNAVAILABLE),
                new CheckpointException(FILE, "file is missing", new NoSuchFileException("model.safetensors")),
                new CheckpointException(FILE, "cannot be read", new IOException("Input/output error")),
                new CheckpointException(FILE, "cannot be read", new AccessDeniedException("model.safetensors")),
                new UncheckedIOException(new IOException("Stale file handle")),
                new OutOfMemoryError("Java heap space"),
                new BrokenModelException("the model fails on every text", new OutOfMemoryError("Direct buffer memory")),
                new BrokenModelException(
                        "the model fails on ordinary texts",
                        new IllegalStateException("[enforce fail at alloc_cpu.cpp] not enough memory: you tried")),
                new UnsatisfiedLinkError("libtorch.so"),
                new IllegalStateException("the engine is closed"));
    }

    @ParameterizedTest
    @MethodSource("lastingProblems")
    void shouldRefuseForWhatLiesInTheCheckpoint(Throwable problem) {
        assertThat(FailedLoad.kindOf(problem)).isEqualTo(Kind.CORRUPT);
    }

    @ParameterizedTest
    @MethodSource("passingProblems")
    void shouldTryAgainAfterWhatMayPass(Throwable problem) {
        assertThat(FailedLoad.kindOf(problem)).isEqualTo(Kind.UNAVAILABLE);
    }
}
