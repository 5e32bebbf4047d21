package dev.slicer.evaluator.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.LabelledDocument;
import dev.slicer.kafka.testing.FuzzedRecords;
import dev.slicer.kafka.testing.SampleEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class JoinFuzzTest {
    /** With four tries 2,000 records of each topic. */
    private static final int RECORDS = 500;

    @Property(tries = 4)
    void shouldScoreAGoodAnswerBehindAnyRecords(@ForAll long seed) {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            FuzzedRecords fuzzed = new FuzzedRecords(seed);
            for (int i = 0; i < RECORDS; i++) {
                join.pipe(fuzzed.written(join.topics().labelledDocuments(), SampleEvents.wordsWithTags()));
                join.pipe(fuzzed.written(join.topics().labelledDocuments(), SampleEvents.textWithEntities()));
                join.pipe(fuzzed.written(join.topics().goldDocuments(), SampleEvents.wordsWithTags()));
                join.pipe(fuzzed.written(join.topics().entities(), SampleEvents.entities()));
                join.pipe(fuzzed.written(join.topics().scores(), SampleEvents.score()));
            }
            join.pass(Duration.ofDays(1));

            // When
            join.gold(new LabelledDocument("good", "good", "sw", List.of("Asha"), List.of("B-PER")));
            join.answer(new EntitiesEvent(
                    "evaluation/good/sw/good",
                    Optional.of("sw"),
                    Optional.empty(),
                    "model",
                    Instant.EPOCH,
                    List.of(),
                    Optional.of(List.of("B-PER"))));

            // Then
            assertThat(join.scores())
                    .filteredOn(score -> score.benchmark().equals("good"))
                    .extracting(DocumentScored::outcome)
                    .containsExactly(DocumentScored.Outcome.ANSWERED);
            assertThat(join.metric("slicer.passed.over.records", "reason", "failed"))
                    .as("faults of ours")
                    .isZero();
        }
    }
}
