package dev.slicer.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.metrics.Counts;
import dev.slicer.metrics.Evaluator;
import dev.slicer.metrics.Scoring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ScoreBoardTest {
    private static final List<String> LANGUAGES = List.of("en", "sw", "yo");
    private static final List<String> MODELS = List.of("a", "b");
    private static final List<String> TAGS = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC");

    private final Recorder recorder = new Recorder();
    private final ScoreBoard board = new ScoreBoard(List.of(recorder));

    @Property(tries = 200)
    void shouldCountTheSameInAnyOrderAndHoweverOftenThingsCome(
            @ForAll long seed, @ForAll @IntRange(max = 15) int documents) {
        // Given
        Random random = new Random(seed);
        ScoreBoard shuffled = new ScoreBoard(List.of());
        List<Runnable> deliveries = new ArrayList<>();
        Map<String, Evaluator> expected = new HashMap<>();
        int answered = 0;
        for (int i = 0; i < documents; i++) {
            String language = LANGUAGES.get(random.nextInt(LANGUAGES.size()));
            int length = 1 + random.nextInt(6);
            GoldDocument gold = gold(Integer.toString(i), language, iob2(random, length));
            deliver(deliveries, random, () -> shuffled.add(gold));
            boolean pending = true;
            for (String model : MODELS) {
                if (random.nextInt(3) > 0) {
                    Answer answer = new Answer(gold.documentId(), model, tags(random, length));
                    deliver(deliveries, random, () -> shuffled.add(answer));
                    expected.computeIfAbsent(model, any -> new Evaluator(Scoring.STRICT_IOB2))
                            .add(language, gold.tags(), answer.tags());
                    pending = false;
                }
            }
            answered += pending ? 0 : 1;
        }
        Collections.shuffle(deliveries, random);

        // When
        deliveries.forEach(Runnable::run);

        // Then
        expected.forEach((model, evaluator) -> evaluator
                .evaluation()
                .byLanguage()
                .forEach((language, scores) -> {
                    ScoreBoard.Series series = shuffled.series(new SeriesKey("sample", model, language))
                            .orElseThrow();
                    assertThat(series.documents()).isEqualTo((int) scores.sentences());
                    assertThat(series.counts().get(Scoring.STRICT_IOB2)).isEqualTo(scores.byType());
                }));
        assertThat(shuffled.coverage().values().stream()
                        .mapToInt(ScoreBoard.Coverage::pending)
                        .sum())
                .isEqualTo(documents - answered);
    }

    @Test
    void shouldCountTheFirstGoldOfAnId() {
        // Given
        board.add(gold("1", "sw", List.of("B-PER")));

        // When
        board.add(gold("1", "sw", List.of("O")));
        board.add(new Answer("evaluation/sample/sw/1", "a", List.of("B-PER")));

        // Then
        assertThat(board.gold("evaluation/sample/sw/1")).hasValue(gold("1", "sw", List.of("B-PER")));
        assertThat(counts("a", "PER")).isEqualTo(new Counts(1, 0, 0));
    }

    @Test
    void shouldReportAnAnswerOfAnotherLengthAndKeepWaiting() {
        // Given
        board.add(gold("1", "sw", List.of("B-PER", "O")));

        // When
        board.add(new Answer("evaluation/sample/sw/1", "a", List.of("B-PER")));

        // Then
        assertThat(recorder.unscored).containsExactly(Unscored.ANSWER_OF_OTHER_LENGTH);
        assertThat(board.pending(new ScoreBoard.BenchmarkLanguage("sample", "sw"), 10))
                .containsExactly("evaluation/sample/sw/1");
    }

    @Test
    void shouldScoreEachModelOnItsOwnWhenADocumentIsTaggedAgain() {
        // Given
        board.add(gold("1", "sw", List.of("B-PER", "O")));

        // When
        board.add(new Answer("evaluation/sample/sw/1", "a", List.of("B-PER", "O")));
        board.add(new Answer("evaluation/sample/sw/1", "b", List.of("O", "B-PER")));

        // Then
        assertThat(counts("a", "PER")).isEqualTo(new Counts(1, 0, 0));
        assertThat(counts("b", "PER")).isEqualTo(new Counts(0, 1, 1));
    }

    @Test
    void shouldTellTheTwoReadingsOfAnOrphanedInsideTagApart() {
        // Given
        board.add(gold("1", "sw", List.of("B-PER", "I-PER")));

        // When
        board.add(new Answer("evaluation/sample/sw/1", "a", List.of("I-PER", "I-PER")));

        // Then
        Report.Language sw = Report.of(board, Optional.empty(), Instant.EPOCH)
                .results()
                .get(0)
                .languages()
                .get(0);
        assertThat(sw.scorings().get("strict-iob2").overall().f1()).isZero();
        assertThat(sw.scorings().get("conlleval").overall().f1()).isEqualTo(1);
    }

    @Test
    void shouldGiveEachLanguageTheSameWeightInTheMacroMean() {
        // Given: two documents in one language, all right; one in the other, all wrong
        for (String id : List.of("1", "2")) {
            board.add(gold(id, "sw", List.of("B-PER")));
            board.add(new Answer("evaluation/sample/sw/" + id, "a", List.of("B-PER")));
        }
        board.add(gold("1", "yo", List.of("B-PER")));
        board.add(gold("2", "yo", List.of("B-PER")));
        board.add(new Answer("evaluation/sample/yo/1", "a", List.of("O")));

        // When
        Report report = Report.of(board, Optional.of("a"), Instant.EPOCH);

        // Then
        assertThat(report.results()).singleElement().satisfies(result -> {
            assertThat(result.macroMean().get("strict-iob2").f1()).isEqualTo(0.5);
            assertThat(result.languages())
                    .extracting(Report.Language::unanswered)
                    .containsExactly(0, 1);
        });
        assertThat(Report.of(board, Optional.of("other"), Instant.EPOCH).results())
                .isEmpty();
    }

    private Counts counts(String model, String type) {
        return board.series(new SeriesKey("sample", model, "sw"))
                .orElseThrow()
                .counts()
                .get(Scoring.STRICT_IOB2)
                .get(type);
    }

    private static void deliver(List<Runnable> deliveries, Random random, Runnable delivery) {
        for (int times = 1 + random.nextInt(2); times > 0; times--) {
            deliveries.add(delivery);
        }
    }

    private static GoldDocument gold(String id, String language, List<String> tags) {
        return new GoldDocument(
                "evaluation/sample/" + language + "/" + id,
                "sample",
                language,
                tags.stream().map(tag -> "word").toList(),
                tags);
    }

    private static List<String> tags(Random random, int length) {
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            tags.add(TAGS.get(random.nextInt(TAGS.size())));
        }
        return tags;
    }

    private static List<String> iob2(Random random, int length) {
        List<String> tags = tags(random, length);
        for (int i = 0; i < length; i++) {
            String tag = tags.get(i);
            String before = i == 0 ? "O" : tags.get(i - 1);
            if (tag.startsWith("I-")
                    && (before.equals("O") || !before.substring(2).equals(tag.substring(2)))) {
                tags.set(i, "B-" + tag.substring(2));
            }
        }
        return tags;
    }

    private static final class Recorder implements ScoreBoard.Listener {
        private final List<Unscored> unscored = new ArrayList<>();

        @Override
        public void covered(ScoreBoard.BenchmarkLanguage of) {}

        @Override
        public void scored(SeriesKey series, Map<Scoring, Map<String, Counts>> added) {}

        @Override
        public void unscored(Unscored reason, String what) {
            unscored.add(reason);
        }
    }
}
