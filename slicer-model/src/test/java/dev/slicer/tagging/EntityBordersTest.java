package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityBordersTest {
    private static final List<String> IOB1 = List.of("I-PER", "I-PER", "O", "I-LOC", "B-LOC", "I-ORG");
    private static final List<String> IOB2 = List.of("B-PER", "I-PER", "O", "B-LOC", "B-LOC", "B-ORG");

    @Test
    void shouldTellIob1FromIob2ByWhatEntitiesBeginWith() {
        assertThat(EntityBorders.areIob1(Collections.nCopies(4, IOB1))).isTrue();
        assertThat(EntityBorders.areIob1(Collections.nCopies(4, IOB2))).isFalse();
        assertThat(EntityBorders.areIob1(List.of(IOB1, IOB1, IOB2))).isFalse();
    }

    @Test
    void shouldTakeAModelThatHardlyFindsEntitiesForIob2() {
        assertThat(EntityBorders.areIob1(List.of(IOB1))).isFalse();
        assertThat(EntityBorders.areIob1(List.of())).isFalse();
    }
}
