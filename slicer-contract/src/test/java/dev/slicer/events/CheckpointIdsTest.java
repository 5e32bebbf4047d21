package dev.slicer.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointIdsTest {
    /** In a zone other than UTC, which must not show. */
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:15:00Z"), ZoneId.of("Africa/Nairobi"));

    @ParameterizedTest
    @CsvSource({
        "mbert, slicer-mbert-h8-20261122T101500-",
        "hf:FacebookAI/xlm-roberta-base, slicer-xlm-roberta-base-h8-20261122T101500-",
        "hf:Davlan/afro_xlmr@v1.2, slicer-afro-xlmr-h8-20261122T101500-",
        "/models/Mein Modell/, slicer-mein-modell-h8-20261122T101500-",
        "/, slicer-model-h8-20261122T101500-",
    })
    void shouldNameBaseModelSliceSizeAndTime(String baseModel, String expected) {
        String id = new CheckpointIds(CLOCK, new Random(1)).next(baseModel, 8);
        assertThat(id).startsWith(expected).hasSize(expected.length() + 4);
        CheckpointIds.requireValid(id);
    }

    @Test
    void shouldDifferWithinASecond() {
        CheckpointIds ids = new CheckpointIds(CLOCK, new Random(1));
        assertThat(ids.next("mbert", 8)).isNotEqualTo(ids.next("mbert", 8));
    }
}
