package dev.slicer.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.checkpoint.files.CheckpointException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class SafetensorsReaderTest {
    @TempDir
    private Path folder;

    /** The file and its values: src/test/python/golden_safetensors.py. */
    @Test
    void shouldReadWhatHuggingFaceWrites() throws URISyntaxException {
        // Given
        Path golden = Path.of(getClass().getResource("golden.safetensors").toURI());

        // When
        try (SafetensorsReader reader = SafetensorsReader.open(golden)) {

            // Then
            assertThat(reader.names()).containsExactlyInAnyOrder("matrix", "half", "brain", "ids", "scalar", "empty");
            assertThat(reader.metadata()).containsEntry("format", "pt");

            TensorView matrix = reader.tensor("matrix");
            assertThat(matrix.type()).isEqualTo(TensorType.F32);
            assertThat(matrix.shape()).containsExactly(2, 3);
            assertThat(floats(matrix)).containsExactly(1.0f, -2.5f, 3.25f, 0.0f, 1e-30f, -1e30f);

            TensorView ids = reader.tensor("ids");
            assertThat(ids.type()).isEqualTo(TensorType.I64);
            assertThat(ids.data().getLong(16)).isEqualTo(9007199254740993L);

            // 0.5 and -65504 are 3800 and FBFF as IEEE 754 binary16; 1.5 and -3 are the upper halves of their binary32.
            assertThat(reader.tensor("half").data().getShort(0)).isEqualTo((short) 0x3800);
            assertThat(reader.tensor("half").data().getShort(2)).isEqualTo((short) 0xFBFF);
            assertThat(reader.tensor("brain").data().getShort(0)).isEqualTo((short) 0x3FC0);
            assertThat(reader.tensor("brain").data().getShort(2)).isEqualTo((short) 0xC040);

            assertThat(reader.tensor("scalar").shape()).isEmpty();
            assertThat(floats(reader.tensor("scalar"))).containsExactly(42.0f);
            assertThat(reader.tensor("empty").shape()).containsExactly(0, 4);
            assertThat(reader.tensor("empty").data().remaining()).isZero();
        }
    }

    @Test
    void shouldReadNothingAfterClosing() throws URISyntaxException {
        // Given
        Path golden = Path.of(getClass().getResource("golden.safetensors").toURI());
        SafetensorsReader reader = SafetensorsReader.open(golden);
        TensorView scalar = reader.tensor("scalar");

        // When
        reader.close();

        // Then
        assertThatThrownBy(() -> floats(scalar))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(golden + ": cannot be read");
    }

    @Test
    void shouldNameTensorThatIsMissing() throws URISyntaxException {
        Path golden = Path.of(getClass().getResource("golden.safetensors").toURI());
        try (SafetensorsReader reader = SafetensorsReader.open(golden)) {
            assertThatThrownBy(() -> reader.tensor("nowhere"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(golden + ": has no tensor 'nowhere'");
        }
    }

    /** Each header comes before eight bytes of data. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | overlap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | gap",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | accounts for 4",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}} | outside the 8 bytes",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | needs 12 bytes but has 8",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[8,-1],\"data_offsets\":[0,8]}} | has -1 in 'shape'",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}} | impossible shape",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | lies at [8, 0]",
                "{\"a\":{\"dtype\":\"Q4\",\"shape\":[2],\"data_offsets\":[0,8]}} | unsupported type \"Q4\"",
                "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}} | no array 'shape'",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | \"a\" is there twice",
                "{\"__metadata__\":{\"format\":1}} | metadata 'format' is no string",
                "[1,2] | no JSON object",
                "{\"a\" | no valid JSON",
            })
    void shouldSayWhatIsWrongWithAHeader(String header, String problem) throws IOException {
        // Given
        Path file = write(header.getBytes(StandardCharsets.UTF_8).length, header, 8);

        // When, then
        assertThatThrownBy(() -> SafetensorsReader.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "11", "100000001", "9223372036854775807"})
    void shouldRefuseHeaderLengthThatDoesNotFit(long headerBytes) throws IOException {
        Path file = write(headerBytes, "{}", 8);
        assertThatThrownBy(() -> SafetensorsReader.open(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("not a safetensors file: header length");
    }

    @Test
    void shouldRefuseFileThatIsTooShort() throws IOException {
        Path file = Files.write(folder.resolve("short"), new byte[7]);
        assertThatThrownBy(() -> SafetensorsReader.open(file))
                .hasMessage(file + ": not a safetensors file: only 7 bytes long");
    }

    @Test
    void shouldNameFileThatIsMissing() {
        Path file = folder.resolve("nowhere");
        assertThatThrownBy(() -> SafetensorsReader.open(file)).hasMessage(file + ": file is missing");
    }

    public static float[] floats(TensorView tensor) {
        float[] values = new float[tensor.data().remaining() / Float.BYTES];
        tensor.data().asFloatBuffer().get(values);
        return values;
    }

    private Path write(long headerBytes, String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(headerBytes).put(json);
        return Files.write(folder.resolve("model.safetensors"), bytes.array());
    }
}
