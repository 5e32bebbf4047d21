package dev.slicer.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PackedBatchTest {
    @Property
    void shouldPlaceEverySubTokenOnceInAGridOfLikeLengths(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 300) Integer> lengths,
            @ForAll @IntRange(max = 2) int positionOffset) {
        // Given sequences whose ids tell where they come from
        List<int[]> sequences = new ArrayList<>();
        for (int i = 0; i < lengths.size(); i++) {
            int first = i * 1000;
            sequences.add(IntStream.range(first, first + lengths.get(i)).toArray());
        }

        // When
        PackedBatch batch = PackedBatch.of(sequences, positionOffset);

        // Then
        for (int i = 0; i < sequences.size(); i++) {
            for (int j = 0; j < lengths.get(i); j++) {
                int at = batch.starts()[i] + j;
                assertThat(batch.ids()[at]).isEqualTo(i * 1000L + j);
                assertThat(batch.positions()[at]).isEqualTo(positionOffset + j);
            }
        }
        int next = 0;
        int sequencesInGroups = 0;
        for (int g = 0; g < batch.groups().length; g += 4) {
            long tokens = batch.groups()[g + 1];
            long cells = batch.groups()[g + 2] * batch.groups()[g + 3];
            assertThat(batch.groups()[g]).isEqualTo(next);
            assertThat(tokens).isBetween((long) (cells * 0.6), cells);
            Set<Long> places = new HashSet<>();
            for (int t = 0; t < tokens; t++, next++) {
                assertThat(batch.rows()[next]).isBetween(0L, cells - 1);
                assertThat(places.add(batch.rows()[next])).isTrue();
            }
            sequencesInGroups += (int) batch.groups()[g + 2];
        }
        assertThat(next).isEqualTo(batch.tokens());
        assertThat(sequencesInGroups).isEqualTo(sequences.size());
    }
}
