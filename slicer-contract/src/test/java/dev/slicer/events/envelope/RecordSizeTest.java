package dev.slicer.events.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RecordSizeTest {
    @Test
    void shouldLeaveRoomForWhatCompressionAdds() {
        assertThat(RecordSize.limit(1_048_588)).isEqualTo(1_032_204);
        assertThat(RecordSize.limit(Integer.MAX_VALUE)).isEqualTo(4 * 1024 * 1024 - 64 * 1024);
    }

    @Test
    void shouldLeaveTextsAloneThatAreShort() {
        assertThat(RecordSize.shortened("é".repeat(2048))).isEqualTo("é".repeat(2048));
    }

    /** Characters of 1, 2, 3 and 4 bytes, none of which is cut. */
    @Property(tries = 200)
    void shouldCutLongTextsBetweenCharacters(
            @ForAll @IntRange(min = 410, max = 2000) int times, @ForAll @IntRange(max = 9) int before) {
        // Given
        String text = "x".repeat(before) + "aé€🌍".repeat(times);

        // When
        String cut = RecordSize.shortened(text);

        // Then
        assertThat(cut).endsWith("…");
        assertThat(text).startsWith(cut.substring(0, cut.length() - 1));
        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(4096 - 4, 4096);
    }
}
