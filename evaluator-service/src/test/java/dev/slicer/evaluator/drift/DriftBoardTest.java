package dev.slicer.evaluator.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slicer.evaluator.drift.DriftBoard.Distance;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EntitiesEvent.SubTokenCount;
import dev.slicer.text.Entity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DriftBoardTest {
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private final DriftBoard board = new DriftBoard(
            new DriftSettings(Duration.ofHours(1), Duration.ofHours(24), 50), Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void shouldSeeNothingWhereDocumentsAreAsBefore() {
        // Given
        send(100, "sw", 2, 0.9, 0, Duration.ofHours(5));
        send(60, "sw", 2, 0.9, 0, Duration.ofMinutes(20));

        // When / Then
        assertThat(board.distances())
                .hasSize(5)
                .allSatisfy(distance ->
                        assertThat(distance.distance()).as(distance.measure()).isZero());
    }

    @Test
    void shouldSeeANewDomainArriveInItsLanguage() {
        // Given: fewer entities, less sure, of words that the vocabulary lacks
        send(100, "sw", 2, 0.95, 0, Duration.ofHours(5));
        send(60, "sw", 0, 0.5, 3, Duration.ofMinutes(20));
        send(100, "yo", 2, 0.95, 0, Duration.ofHours(5));
        send(60, "yo", 2, 0.95, 0, Duration.ofMinutes(20));

        // When / Then
        assertThat(distance("entities_per_document", "sw")).isCloseTo(1, within(1e-9));
        assertThat(distance("unknown_sub_tokens", "sw")).isCloseTo(1, within(1e-9));
        assertThat(distance("entities_per_document", "yo")).isZero();
        assertThat(distance("languages", "all")).isZero();
    }

    @Test
    void shouldSeeANewLanguageArrive() {
        // Given
        send(100, "sw", 1, 0.9, 0, Duration.ofHours(5));
        send(60, "sw", 1, 0.9, 0, Duration.ofMinutes(20));
        send(60, "ha", 1, 0.9, 0, Duration.ofMinutes(20));

        // When / Then
        assertThat(distance("languages", "all")).isBetween(0.4, 0.7);
        assertThat(board.distances()).extracting(Distance::language).doesNotContain("ha");
    }

    @Test
    void shouldSayNothingOfTooFewDocuments() {
        // Given
        send(100, "sw", 1, 0.9, 0, Duration.ofHours(5));
        send(49, "sw", 5, 0.1, 9, Duration.ofMinutes(20));

        // When / Then
        assertThat(board.distances()).isEmpty();
        assertThat(board.documents()).hasSize(2);
    }

    @Test
    void shouldGoOnWithWhatWasStored() {
        // Given
        send(100, "sw", 2, 0.95, 0, Duration.ofHours(5));
        send(60, "sw", 0, 0.5, 3, Duration.ofMinutes(20));
        Map<DriftBoard.WindowKey, DriftWindow> stored = new HashMap<>();
        board.store("task", (key, window) -> window.ifPresent(value -> stored.put(key, value)));
        double before = distance("unknown_sub_tokens", "sw");

        // When
        board.drop("task");
        assertThat(board.distances()).isEmpty();
        stored.forEach((key, window) -> board.restore("task", key, window));

        // Then
        assertThat(distance("unknown_sub_tokens", "sw")).isEqualTo(before);
        Map<DriftBoard.WindowKey, DriftWindow> changed = new HashMap<>();
        board.store("task", (key, window) -> window.ifPresent(value -> changed.put(key, value)));
        assertThat(changed).isEmpty();
    }

    private double distance(String measure, String language) {
        return board.distances().stream()
                .filter(distance -> distance.measure().equals(measure)
                        && distance.language().equals(language))
                .findFirst()
                .orElseThrow()
                .distance();
    }

    private void send(int documents, String language, int entities, double score, int unknown, Duration ago) {
        Entity entity = new Entity("PER", "a", 0, 1, 0, 1, score);
        EntitiesEvent event = new EntitiesEvent(
                "1",
                Optional.of(language),
                Optional.empty(),
                "m",
                NOW,
                Collections.nCopies(entities, entity),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new SubTokenCount(10, unknown)));
        for (int i = 0; i < documents; i++) {
            DriftWindow document = DriftWindow.empty();
            document.add(event);
            board.add("task", board.windowOf("m", language, NOW.minus(ago).toEpochMilli()), document);
        }
    }
}
