package dev.slicer.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.safetensors.SafetensorsWriterTest.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SafetensorsRoundTripTest {

    @Property(tries = 200)
    void shouldReadBackWhatWasWritten(@ForAll("tensors") List<Tensor> tensors, @ForAll boolean asBytes)
            throws IOException {
        // Given
        Path folder = Files.createTempDirectory("safetensors");
        Path file = folder.resolve("model.safetensors");
        try {
            // When
            SafetensorsWriterTest.write(file, tensors, asBytes);

            // Then
            try (SafetensorsReader reader = SafetensorsReader.open(file)) {
                assertThat(reader.names()).hasSize(tensors.size());
                for (Tensor tensor : tensors) {
                    TensorView view = reader.tensor(tensor.name());
                    assertThat(view.shape()).isEqualTo(tensor.shape());
                    assertThat(SafetensorsReaderTest.floats(view)).isEqualTo(tensor.values());
                }
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    @Provide
    Arbitrary<List<Tensor>> tensors() {
        Arbitrary<String> names = Arbitraries.strings()
                .ofMinLength(1)
                .ofMaxLength(12)
                .filter(name ->
                        !name.equals("__metadata__") && name.chars().noneMatch(c -> Character.isSurrogate((char) c)));
        Arbitrary<Tensor> tensor = Combinators.combine(
                        names, Arbitraries.longs().between(0, 5).list().ofMaxSize(3), Arbitraries.randomValue(r -> r))
                .as((name, sizes, random) -> {
                    long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
                    int count =
                            (int) sizes.stream().reduce(1L, Math::multiplyExact).longValue();
                    float[] values = new float[count];
                    for (int i = 0; i < count; i++) {
                        values[i] = (float) random.nextGaussian();
                    }
                    return new Tensor(name, shape, values);
                });
        return tensor.list().ofMaxSize(6).uniqueElements(Tensor::name);
    }
}
