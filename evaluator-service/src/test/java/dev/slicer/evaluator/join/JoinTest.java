package dev.slicer.evaluator.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.EntitiesEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.TrialAnswer;
import dev.slicer.metrics.Counts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class JoinTest {
    private static final List<String> MODELS = List.of("a", "b", "served");

    @Test
    void shouldTellATrialWhatItsQuestionsWereAnsweredHoweverOftenTheModelHasAnsweredBefore() {
        try (JoinDriver join = new JoinDriver()) {
            // Given: a document that the model has answered
            join.gold(gold("1", List.of("B-PER", "O")));
            join.answer(answer("1", "served", List.of("B-PER", "B-LOC")));
            assertThat(join.scores()).hasSize(1);
            assertThat(join.trialAnswers()).isEmpty();

            // When: it answers again, as a trial has asked it, and another model for the first time
            join.answer(answer("1", "served", List.of("O", "O")), "next@2026-03-01T12:00:00Z");
            join.answer(answer("1", "next", List.of("B-PER", "O")), "next@2026-03-01T12:00:00Z");

            // Then: for the trial all counts, for the report what came first
            assertThat(join.trialAnswers())
                    .extracting(TrialAnswer::trial, TrialAnswer::modelId, TrialAnswer::counts)
                    .containsExactly(
                            tuple("next@2026-03-01T12:00:00Z", "served", new Counts(0, 0, 1)),
                            tuple("next@2026-03-01T12:00:00Z", "next", new Counts(1, 0, 0)));
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("next");

            // And when: a sender has a header of that name that no evaluator wrote
            join.answer(answer("1", "third", List.of("B-PER", "O")), "criminal");
            assertThat(join.trialAnswers()).isEmpty();
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("third");
        }
    }

    @Test
    void shouldScoreAnAnswerThatCameBeforeItsGold() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.answer(answer("1", "a", List.of("B-PER", "O")));
            assertThat(join.scores()).isEmpty();

            // When
            join.gold(gold("1", List.of("B-PER", "O")));

            // Then
            assertThat(join.scores())
                    .singleElement()
                    .satisfies(score ->
                            assertThat(score.counts().get(0).byType()).isEqualTo(Map.of("PER", new Counts(1, 0, 0))));
            assertThat(join.metric("slicer.evaluation.pending.documents")).isZero();
        }
    }

    @Test
    void shouldCountADocumentAsMissedByTheServingModelWhenNobodyAnswersInTime() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.gold(gold("1", List.of("B-PER", "B-LOC")));
            join.pass(JoinDriver.WAIT.minusSeconds(2));
            assertThat(join.scores()).isEmpty();
            assertThat(join.metric("slicer.evaluation.pending.documents", "benchmark", "b", "language", "sw"))
                    .isEqualTo(1);

            // When
            join.pass(Duration.ofSeconds(3));

            // Then
            assertThat(join.scores()).singleElement().satisfies(score -> {
                assertThat(score.outcome()).isEqualTo(Outcome.MISSED);
                assertThat(score.modelId()).isEqualTo("served");
                assertThat(score.counts().get(0).byType())
                        .isEqualTo(Map.of("LOC", new Counts(0, 0, 1), "PER", new Counts(0, 0, 1)));
            });
            assertThat(join.metric("slicer.evaluation.pending.documents")).isZero();
            assertThat(join.metric("slicer.evaluation.documents", "outcome", "missed", "model", "served"))
                    .isEqualTo(1);

            // And when: the answer comes after all
            join.answer(answer("1", "served", List.of("B-PER", "B-LOC")));

            // Then: late is not never
            assertThat(join.scores()).singleElement().satisfies(score -> {
                assertThat(score.outcome()).isEqualTo(Outcome.ANSWERED);
                assertThat(score.modelId()).isEqualTo("served");
                assertThat(score.counts().get(0).byType())
                        .isEqualTo(Map.of("LOC", new Counts(1, 0, 0), "PER", new Counts(1, 0, 0)));
            });
            assertThat(join.metric("slicer.evaluation.late.answers")).isEqualTo(1);
            join.answer(answer("1", "served", List.of("O", "O")));
            assertThat(join.scores()).isEmpty();

            // And when: another model is asked about it
            join.answer(answer("1", "candidate", List.of("B-PER", "B-LOC")));

            // Then
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("candidate");
        }
    }

    @Test
    void shouldHoldAMissedDocumentAgainstNobodyWhereNoModelServes() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.serving(Optional.empty());
            join.gold(gold("1", List.of("B-PER")));

            // When
            join.pass(JoinDriver.WAIT.plusSeconds(1));

            // Then
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("none");

            // And when: there is one, which answers
            join.answer(answer("1", "first", List.of("B-PER")));

            // Then
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("first");
            assertThat(join.metric("slicer.evaluation.late.answers")).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepGoldFreshThatComesAgain() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.gold(gold("1", List.of("B-PER")));
            join.answer(answer("1", "a", List.of("B-PER")));
            join.pass(JoinDriver.KEEP.minusHours(1));
            join.gold(gold("1", List.of("B-PER")));
            assertThat(join.scores()).hasSize(1);

            // When: it would be forgotten, had it not come again
            join.pass(Duration.ofMinutes(30));
            join.answer(answer("1", "candidate", List.of("B-PER")));
            join.answer(answer("1", "a", List.of("B-PER")));

            // Then
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("candidate");

            // And when: it is known still, but its first score counts no more
            join.pass(Duration.ofHours(2));
            join.answer(answer("1", "candidate", List.of("B-PER")));
            join.answer(answer("1", "a", List.of("B-PER")));

            // Then: that one is scored again
            assertThat(join.scores()).extracting(DocumentScored::modelId).containsExactly("a");
        }
    }

    @Test
    void shouldSayThatAnAnswerFoundNoGold() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.answer(answer("unknown", "a", List.of("O")));

            // When
            join.pass(JoinDriver.WAIT.plusMinutes(2));
            join.gold(gold("unknown", List.of("O")));

            // Then
            assertThat(join.scores()).isEmpty();
            assertThat(join.metric("slicer.evaluation.unscored.answers", "reason", "gold_unknown"))
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldForgetGoldThatIsKeptLongEnough() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.gold(gold("1", List.of("B-PER")));
            join.answer(answer("1", "a", List.of("B-PER")));
            assertThat(join.scores()).hasSize(1);

            // When
            join.pass(JoinDriver.KEEP.plusMinutes(2));
            join.gold(gold("1", List.of("B-LOC")));
            join.answer(answer("1", "a", List.of("B-LOC")));

            // Then: it is a new document
            assertThat(join.scores()).hasSize(1);
            assertThat(join.metric("slicer.evaluation.refused.documents")).isZero();
        }
    }

    @Test
    void shouldAskAgainAboutGoldThatComesAgainAndRefuseWhatContradictsIt() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.gold(gold("1", List.of("B-PER")));
            join.gold(gold("1", List.of("B-PER")));

            // When
            join.gold(gold("1", List.of("O")));

            // Then
            List<TestRecord<byte[], byte[]>> asked = join.output(join.topics().documents());
            assertThat(asked).hasSize(2).allSatisfy(record -> {
                DocumentEvent question = EventJson.read(record.value(), DocumentEvent.class);
                assertThat(question.id()).isEqualTo("evaluation/b/sw/1");
                assertThat(question.subTokenTags()).hasValue(true);
            });
            assertThat(join.output(join.topics().deadLetters())).singleElement().satisfies(letter -> {
                assertThat(header(letter, "dead-letter-reason")).isEqualTo("gold_conflict");
                assertThat(header(letter, "dead-letter-topic")).isEqualTo("slicer.labelled-documents");
                assertThat(header(letter, "dead-letter-offset")).isEqualTo("2");
                assertThat(new String(letter.key(), StandardCharsets.UTF_8)).isEqualTo("1");
                assertThat(letter.headers().lastHeader("origin-key")).isNull();
            });
        }
    }

    @Test
    void shouldGoOnAfterWhatIsNoLabelledDocument() {
        try (JoinDriver join = new JoinDriver()) {
            // When
            join.gold("x", "{\"id\":");
            join.gold(gold("1", List.of("B-PER")));
            join.answer(answer("1", "a", List.of("B-PER")));

            // Then
            assertThat(join.scores()).hasSize(1);
            assertThat(join.metric("slicer.evaluation.refused.documents", "reason", "not_json"))
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldPassOverWhatSomebodyElseWroteAmongTheGold() {
        try (JoinDriver join = new JoinDriver()) {
            // When
            join.writeAmongGold("evaluation/b/sw/1", "{\"id\":");
            join.gold(gold("1", List.of("B-PER")));
            join.answer(answer("1", "a", List.of("B-PER")));

            // Then
            assertThat(join.scores()).hasSize(1);
        }
    }

    /** Gold and answers in any order, doubled, contradictory and late, against the plainest account of them. */
    @Property(tries = 150)
    void shouldScoreEachDocumentOnceForEachModel(@ForAll long seed, @ForAll @IntRange(max = 40) int steps) {
        Random random = new Random(seed);
        Map<String, List<String>> gold = new HashMap<>();
        Map<String, Set<String>> early = new HashMap<>();
        Set<String> expected = new HashSet<>();
        Set<String> answered = new HashSet<>();
        int conflicts = 0;
        List<DocumentScored> scores = new ArrayList<>();
        try (JoinDriver join = new JoinDriver()) {
            for (int step = 0; step < steps; step++) {
                String id = Integer.toString(random.nextInt(6));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        List<String> tags = random.nextInt(4) == 0 ? List.of("O", "B-LOC") : List.of("B-PER", "O");
                        join.gold(gold(id, tags));
                        if (gold.putIfAbsent(id, tags) == null) {
                            for (String model :
                                    Optional.ofNullable(early.remove(id)).orElse(Set.of())) {
                                expected.add(id + " " + model + " ANSWERED");
                                answered.add(id);
                            }
                        } else if (!gold.get(id).equals(tags)) {
                            conflicts++;
                        }
                    }
                    case 2, 3 -> {
                        String model = MODELS.get(random.nextInt(MODELS.size()));
                        join.answer(answer(id, model, List.of("B-PER", "O")));
                        if (!gold.containsKey(id)) {
                            early.computeIfAbsent(id, first -> new HashSet<>()).add(model);
                        } else {
                            expected.add(id + " " + model + " ANSWERED");
                            answered.add(id);
                        }
                    }
                    default -> {
                        // Less than the wait, all in all.
                        join.pass(Duration.ofSeconds(random.nextInt(15)));
                    }
                }
                scores.addAll(join.scores());
            }
            join.pass(JoinDriver.WAIT.plusSeconds(1));
            scores.addAll(join.scores());
            for (String id : gold.keySet()) {
                if (!answered.contains(id)) {
                    expected.add(id + " served MISSED");
                }
            }
            assertThat(scores)
                    .extracting(score -> score.documentId().substring("evaluation/b/sw/".length()) + " "
                            + score.modelId() + " " + score.outcome())
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(join.output(join.topics().deadLetters())).hasSize(conflicts);

            // And when: the missed ones are answered after all
            gold.keySet().forEach(id -> join.answer(answer(id, "served", List.of("B-PER", "O"))));

            // Then: each that the one that serves has not answered before
            assertThat(join.scores())
                    .extracting(score -> score.documentId().substring("evaluation/b/sw/".length()))
                    .containsExactlyInAnyOrderElementsOf(gold.keySet().stream()
                            .filter(id -> !expected.contains(id + " served ANSWERED"))
                            .toList());
        }
    }

    @Test
    void shouldForgetAllOfADocumentAndTakeBackItsScores() {
        try (JoinDriver join = new JoinDriver()) {
            // Given: a document that one model has answered and another missed, one that waits, and one without gold
            join.gold(gold("1", List.of("B-PER", "O")));
            join.gold(gold("waiting", List.of("B-PER", "O")));
            join.gold(gold("other", List.of("B-PER", "O")));
            join.answer(answer("1", "a", List.of("B-PER", "O")));
            join.answer(answer("1", "b", List.of("O", "O")));
            join.answer(answer("other", "a", List.of("B-PER", "O")));
            join.answer(answer("early", "a", List.of("B-PER", "O")));
            join.scores();

            // When
            List.of("1", "waiting", "early", "unknown").forEach(id -> join.forget("evaluation/b/sw/" + id));

            // Then
            assertThat(join.scores())
                    .extracting(DocumentScored::documentId, DocumentScored::modelId, DocumentScored::outcome)
                    .containsExactlyInAnyOrder(
                            tuple("evaluation/b/sw/1", "a", Outcome.FORGOTTEN),
                            tuple("evaluation/b/sw/1", "b", Outcome.FORGOTTEN));
            assertThat(List.of("gold", "scored", "early"))
                    .flatMap(join::kept)
                    .containsExactly("evaluation/b/sw/other", "evaluation/b/sw/other");
            assertThat(join.output(join.topics().deadLetters())).isEmpty();
            assertThat(join.metric("slicer.evaluation.pending.documents")).isZero();
            assertThat(join.metric("slicer.evaluation.documents", "outcome", "forgotten"))
                    .isZero();

            // And when: time passes, and the document comes again with other labels
            join.pass(JoinDriver.WAIT.plusSeconds(1));
            assertThat(join.scores()).isEmpty();
            join.gold(gold("1", List.of("O", "B-LOC")));
            join.answer(answer("1", "a", List.of("O", "B-LOC")));

            // Then: it is as if it had never been there
            assertThat(join.scores()).extracting(DocumentScored::outcome).containsExactly(Outcome.ANSWERED);
        }
    }

    @Test
    void shouldTakeARecordWithoutAValueForNoRequestUnlessItsKeyIsADocuments() {
        try (JoinDriver join = new JoinDriver()) {
            // Given
            join.gold(gold("1", List.of("B-PER", "O")));

            // When
            join.forget("1");

            // Then
            assertThat(join.output(join.topics().deadLetters()))
                    .extracting(letter -> header(letter, "dead-letter-reason"))
                    .containsExactly("not_json");
            assertThat(join.kept("gold")).containsExactly("evaluation/b/sw/1");
        }
    }

    private static LabelledDocument gold(String id, List<String> tags) {
        return new LabelledDocument(
                id, "b", "sw", tags.stream().map(tag -> "neno").toList(), tags);
    }

    private static EntitiesEvent answer(String id, String model, List<String> tags) {
        return new EntitiesEvent(
                "evaluation/b/sw/" + id,
                Optional.of("sw"),
                Optional.empty(),
                model,
                Instant.EPOCH,
                List.of(),
                Optional.of(tags));
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
