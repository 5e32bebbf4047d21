package dev.slicer.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class SafetensorsWriterTest {

    public record Tensor(String name, long[] shape, float[] values) {}

    @TempDir
    private Path folder;

    @Test
    void shouldWriteTensorInParts() throws IOException {
        // Given: more than one buffer full
        Path file = folder.resolve("model.safetensors");
        float[] values = new float[1_000_003];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }

        // When
        try (SafetensorsWriter writer =
                SafetensorsWriter.create(file, List.of(new SafetensorsWriter.Entry("long", values.length)))) {
            ByteBuffer bytes = bytes(values);
            writer.write("long", bytes.slice(0, 12));
            writer.write("long", 3f, 4f);
            writer.write("long", bytes.slice(20, bytes.limit() - 20));
            writer.finish();
        }

        // Then
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            assertThat(SafetensorsReaderTest.floats(reader.tensor("long"))).isEqualTo(values);
        }
    }

    @Test
    void shouldAlignTheDataToEightBytes() throws IOException {
        for (String name : List.of("a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh")) {
            Path file = folder.resolve(name);
            write(file, List.of(new Tensor(name, new long[] {1}, new float[] {1})), false);
            assertThat((Files.size(file) - Float.BYTES) % 8).isZero();
        }
    }

    @Test
    void shouldRefuseTensorOutOfTurn() {
        try (SafetensorsWriter writer = twoTensors()) {
            assertThatThrownBy(() -> writer.write("second", 1f))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tensor second")
                    .hasMessageContaining("comes out of turn");
        }
    }

    @Test
    void shouldRefuseMoreThanATensorHolds() {
        try (SafetensorsWriter writer = twoTensors()) {
            assertThatThrownBy(() -> writer.write("first", 1f, 2f, 3f)).hasMessageContaining("more than its 8 bytes");
        }
    }

    @Test
    void shouldNotFinishWhileATensorIsMissing() {
        try (SafetensorsWriter writer = twoTensors()) {
            writer.write("first", 1f, 2f);
            assertThatThrownBy(writer::finish)
                    .hasMessageContaining("tensor second")
                    .hasMessageContaining("has 0 of 4 bytes");
        }
    }

    @Test
    void shouldRefuseTwoTensorsOfOneName() {
        SafetensorsWriter.Entry entry = new SafetensorsWriter.Entry("same", 1);
        assertThatThrownBy(() -> SafetensorsWriter.create(folder.resolve("x"), List.of(entry, entry)))
                .hasMessage("tensor same is declared twice");
    }

    private SafetensorsWriter twoTensors() {
        return SafetensorsWriter.create(
                folder.resolve("two"),
                List.of(new SafetensorsWriter.Entry("first", 2), new SafetensorsWriter.Entry("second", 1)));
    }

    public static void write(Path file, List<Tensor> tensors, boolean asBytes) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        tensors.forEach(tensor -> entries.add(new SafetensorsWriter.Entry(tensor.name, tensor.shape)));
        try (SafetensorsWriter writer = SafetensorsWriter.create(file, entries)) {
            for (Tensor tensor : tensors) {
                if (asBytes) {
                    writer.write(tensor.name, bytes(tensor.values));
                } else {
                    writer.write(tensor.name, tensor.values);
                }
            }
            writer.finish();
        }
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
