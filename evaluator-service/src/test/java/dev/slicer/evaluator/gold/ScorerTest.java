package dev.slicer.evaluator.gold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.evaluator.gold.Answer.Problem;
import dev.slicer.evaluator.gold.Answer.UnscorableException;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.LabelledDocument;
import dev.slicer.labels.TagScheme;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Evaluator;
import dev.slicer.metrics.MatchCounts;
import dev.slicer.metrics.Scoring;
import dev.slicer.text.Entity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class ScorerTest {
    private static final List<String> TAGS = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC");
    private final GoldDocument gold = new GoldRules(Set.of(), Set.of(), false)
            .read(new LabelledDocument(
                    "1",
                    "b",
                    "sw",
                    List.of("Wangari", "Maathai", "alizaliwa", "Nyeri."),
                    List.of("B-PER", "I-PER", "O", "B-LOC")));

    @Test
    void shouldCountInAllScoringsThatAnAnswerAllows() throws UnscorableException {
        // Given: the person is cut short, the place is right
        EntitiesEvent event = answer(
                Optional.of(List.of("B-PER", "O", "O", "B-LOC")),
                Optional.of(List.of(List.of("B-PER", "I-PER"), List.of("O"), List.of("O", "O"), List.of("B-LOC"))));

        // When
        DocumentScored score = Scorer.answered(gold, Answer.of(event, gold), Instant.EPOCH);

        // Then
        assertThat(score.counts()).extracting(ScoringCounts::scoring).containsExactly("strict", "sub-token");
        assertThat(score.counts().get(0).byType())
                .isEqualTo(Map.of("LOC", new Counts(1, 0, 0), "PER", new Counts(0, 1, 1)));
        // Gold is B-PER B-PER, I-PER, O O, B-LOC: two persons, of which the second goes on over the next word.
        assertThat(score.counts().get(1).byType())
                .isEqualTo(Map.of("LOC", new Counts(1, 0, 0), "PER", new Counts(0, 1, 2)));
        assertThat(score.matches())
                .containsEntry("partial", new MatchCounts(1, 0, 1, 0, 0))
                .containsEntry("strict", new MatchCounts(1, 1, 0, 0, 0));
        assertThat(score.outcome()).isEqualTo(Outcome.ANSWERED);
    }

    @Property(tries = 300)
    void shouldCountAsTheEvaluatorOfCorporaDoes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int length)
            throws UnscorableException {
        // Given
        Random random = new Random(seed);
        List<String> goldTags = tags(random, length);
        List<String> predicted = tags(random, length);
        GoldDocument document = new GoldRules(Set.of(), Set.of(), false)
                .read(new LabelledDocument(
                        "1",
                        "b",
                        "sw",
                        Optional.empty(),
                        goldTags.stream().map(tag -> "neno").toList(),
                        goldTags,
                        Optional.empty(),
                        Optional.of(TagScheme.IOB2)));
        EntitiesEvent event = answer(
                Optional.of(predicted),
                Optional.of(predicted.stream().map(tag -> List.of(tag, "O")).toList()));

        // When
        DocumentScored score = Scorer.answered(document, Answer.of(event, document), Instant.EPOCH);

        // Then
        for (Scoring scoring : List.of(Scoring.STRICT, Scoring.SUB_TOKEN)) {
            Evaluator evaluator = new Evaluator(scoring);
            if (scoring == Scoring.SUB_TOKEN) {
                evaluator.addSubTokens("sw", goldTags, event.subTokenTags().orElseThrow());
            } else {
                evaluator.add("sw", goldTags, predicted);
            }
            assertThat(score.counts())
                    .contains(new ScoringCounts(
                            scoring.text(),
                            evaluator.evaluation().byLanguage().get("sw").byType()));
        }
    }

    @Test
    void shouldBringEntitiesOfTheRawTextToTheWordsOfGold() throws UnscorableException {
        // Given: who tags breaks "Nyeri." in two and finds the place alone
        EntitiesEvent event = found(entity("PER", 0, 15), entity("LOC", 26, 31));

        // When
        DocumentScored score = Scorer.answered(gold, Answer.of(event, gold), Instant.EPOCH);

        // Then
        assertThat(score.counts())
                .hasSize(1)
                .allSatisfy(counts -> assertThat(counts.byType())
                        .isEqualTo(Map.of("LOC", new Counts(1, 0, 0), "PER", new Counts(1, 0, 0))));
    }

    @Test
    void shouldNotScoreAnAnswerToAnotherText() {
        unscorable(found(entity("PER", 0, 40)), Problem.NOT_ALIGNED)
                .hasMessage("its entity at 0..40 is at no word of the text");
        unscorable(found(entity("PER", 7, 8)), Problem.NOT_ALIGNED);
        unscorable(answer(Optional.of(List.of("O")), Optional.empty()), Problem.OTHER_LENGTH)
                .hasMessage("tags of 1 words for 4");
        unscorable(answer(Optional.of(List.of("O", "O", "O", "PER")), Optional.empty()), Problem.UNREADABLE);
    }

    @Test
    void shouldCountAllEntitiesOfAMissedDocumentAsNotFound() {
        // When
        DocumentScored score = Scorer.missed(gold, "m", Instant.EPOCH);

        // Then
        assertThat(score.outcome()).isEqualTo(Outcome.MISSED);
        assertThat(score.counts().get(0).byType())
                .isEqualTo(Map.of("LOC", new Counts(0, 0, 1), "PER", new Counts(0, 0, 1)));
        assertThat(score.matches()).containsEntry("exact", new MatchCounts(0, 0, 0, 2, 0));
    }

    private AbstractThrowableAssert<?, ?> unscorable(EntitiesEvent event, Problem problem) {
        return assertThatThrownBy(() -> Answer.of(event, gold))
                .isInstanceOfSatisfying(
                        UnscorableException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    private static EntitiesEvent found(Entity... entities) {
        return new EntitiesEvent(
                "1", Optional.empty(), Optional.empty(), "m", Instant.EPOCH, List.of(entities), Optional.empty());
    }

    private static EntitiesEvent answer(Optional<List<String>> tags, Optional<List<List<String>>> subTokenTags) {
        return new EntitiesEvent(
                "1",
                Optional.empty(),
                Optional.empty(),
                "m",
                Instant.EPOCH,
                List.of(),
                tags,
                subTokenTags,
                Optional.empty());
    }

    private static Entity entity(String type, int start, int end) {
        return new Entity(type, "", start, end, start, end, 1);
    }

    private static List<String> tags(Random random, int length) {
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            tags.add(TAGS.get(random.nextInt(TAGS.size())));
        }
        return tags;
    }
}
