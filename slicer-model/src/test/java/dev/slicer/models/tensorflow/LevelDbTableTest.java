package dev.slicer.models.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LevelDbTableTest {
    private final TinyBert bert = new TinyBert();

    @Property(tries = 200)
    void shouldReadAllEntriesWhateverTheBlocks(
            @ForAll @Size(max = 40) List<byte[]> keys, @ForAll @IntRange(min = 1, max = 9) int perBlock) {
        // Given
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        keys.forEach(key -> entries.add(Map.entry(key, new byte[] {(byte) entries.size()})));

        // When
        List<LevelDbTable.Entry> read = LevelDbTable.entries(ByteBuffer.wrap(TinyBert.table(entries, perBlock)));

        // Then
        assertThat(read).hasSameSizeAs(entries);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i).key()).isEqualTo(entries.get(i).getKey());
            assertThat(read.get(i).value().get(0)).isEqualTo((byte) i);
        }
    }

    @Property(tries = 500)
    void shouldRefuseDamagedIndexWithoutReadingBeyondIt(
            @ForAll @IntRange(min = 0, max = 100_000) int position, @ForAll @IntRange(min = 1, max = 255) int change) {
        // Given
        byte[] index = bert.index(bert.data());
        byte[] original = index.clone();
        index[position % index.length] ^= (byte) change;

        // When
        try {
            TensorBundle read = TensorBundle.parse(ByteBuffer.wrap(index));

            // Then: it was a byte that means nothing, such as the footer's padding
            assertThat(read.tensors())
                    .usingRecursiveComparison()
                    .isEqualTo(TensorBundle.parse(ByteBuffer.wrap(original)).tensors());
        } catch (FormatException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
        }
    }

    @Property(tries = 200)
    void shouldRefuseProtobufThatIsCutShort(@ForAll byte[] bytes) {
        ProtobufReader reader = new ProtobufReader(ByteBuffer.wrap(bytes));
        try {
            while (reader.hasNext()) {
                reader.nextField();
                reader.skip();
            }
        } catch (FormatException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
        }
    }

    @Test
    void shouldRefuseOtherFiles() {
        assertThatThrownBy(() -> LevelDbTable.entries(ByteBuffer.allocate(100)))
                .isInstanceOf(FormatException.class)
                .hasMessage("is no LevelDB table");
    }

    /** The check value of CRC-32C, 0xE3069283, masked as LevelDB's crc32c.h does. */
    @Test
    void shouldMaskChecksumsAsLevelDbDoes() {
        int crc = 0xE3069283;
        int masked = (crc >>> 15 | crc << 17) + 0xA282EAD8;
        assertThat(MaskedCrc32c.of(ByteBuffer.wrap("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
                .isEqualTo(masked);
    }
}
