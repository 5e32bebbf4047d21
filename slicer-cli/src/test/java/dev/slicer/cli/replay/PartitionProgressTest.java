package dev.slicer.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.cli.replay.PartitionProgress.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionProgressTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldFeedEachLetterBackOnceWhateverRunsPassOverAndWhereverTheyStop(int seed) {
        // Given: offsets with gaps, as transactions leave them
        Random random = new Random(seed);
        TreeSet<Long> letters = new TreeSet<>();
        for (long offset = 100; letters.size() < 400; offset += 1 + random.nextInt(3)) {
            letters.add(offset);
        }
        PartitionProgress progress = PartitionProgress.from(100);
        Map<Long, Integer> fed = new HashMap<>();

        // When: runs that choose some and end somewhere, and then one that takes all
        for (int run = 0; run <= 20; run++) {
            boolean last = run == 20;
            PartitionWalk walk = new PartitionWalk(progress);
            long end = last ? Long.MAX_VALUE : letters.first() + random.nextInt(800);
            int kind = random.nextInt(5);
            for (long offset : letters.tailSet(progress.start())) {
                if (offset >= end) {
                    break;
                }
                if (!walk.isLeft(offset)) {
                    walk.gone(offset);
                } else if (last || offset % 5 == kind) {
                    fed.merge(offset, 1, Integer::sum);
                    walk.gone(offset);
                } else {
                    walk.stays(offset);
                }
            }
            // As Kafka keeps it between two runs.
            progress = PartitionProgress.of(walk.progress().toCommit());
        }

        // Then
        assertThat(fed.keySet()).isEqualTo(letters);
        assertThat(fed.values()).containsOnly(1);
        assertThat(progress.left()).isEmpty();
        assertThat(progress.position()).isEqualTo(letters.last() + 1);
    }

    @Test
    void shouldNoteThousandsOfScatteredLettersInWhatKafkaKeepsWithAnOffset() {
        // Given
        Random random = new Random(3);
        List<Range> left = new ArrayList<>();
        long offset = 1L << 40;
        for (int i = 0; i < 3000; i++) {
            offset += 1 + random.nextInt(3);
            left.add(new Range(offset, offset += 1 + random.nextInt(3)));
        }
        PartitionProgress progress = new PartitionProgress(offset + 7, left);

        // When
        OffsetAndMetadata committed = progress.toCommit();

        // Then
        assertThat(committed.metadata().length()).isLessThan(PartitionProgress.MAX_METADATA);
        assertThat(PartitionProgress.of(committed)).isEqualTo(progress);
    }

    @Test
    void shouldSayWhatToDoWhereTheyAreTooMany() {
        // Given
        Random random = new Random(5);
        List<Range> left = LongStream.range(0, 40_000)
                .map(i -> i * 1000 + random.nextInt(900))
                .mapToObj(from -> new Range(from, from + 1))
                .toList();

        // When and then
        assertThatThrownBy(() -> new PartitionProgress(1L << 30, left).toCommit())
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("lie in 40000 places")
                .hasMessageContaining("feed them back, or some of them, first");
    }

    @Test
    void shouldNotTakeOffsetsOfOthersForItsOwn() {
        assertThat(PartitionProgress.of(new OffsetAndMetadata(7, ""))).isEqualTo(PartitionProgress.from(7));
        assertThatThrownBy(() -> PartitionProgress.of(new OffsetAndMetadata(7, "mine")))
                .isInstanceOf(KafkaException.class)
                .hasMessage("the committed offset 7 was not written by slicer replay");
    }
}
