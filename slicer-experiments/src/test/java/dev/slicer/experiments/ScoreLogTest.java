package dev.slicer.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.events.EmbeddingTraining;
import dev.slicer.events.ScoreLine;
import dev.slicer.hyperparameters.Hyperparameters.ClassifierMode;
import dev.slicer.metrics.Scoring;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreLogTest {
    private static final ScoreLine LAST = new ScoreLine(
            "en",
            8,
            ClassifierMode.FROZEN,
            5e-5,
            700,
            OptionalLong.of(42),
            "last",
            "masakhaner",
            "yor",
            Scoring.STRICT,
            0.60123,
            EmbeddingTraining.TRAINED,
            OptionalInt.empty());
    private static final ScoreLine AVERAGED = new ScoreLine(
            "en",
            768,
            ClassifierMode.TRAINED,
            2e-5,
            6250,
            OptionalLong.empty(),
            "average-runs-3",
            "masakhaner",
            "yor",
            Scoring.SUB_TOKEN,
            1,
            EmbeddingTraining.FROZEN,
            OptionalInt.of(16));

    @TempDir
    Path folder;

    private Path file;
    private ScoreLog log;

    @BeforeEach
    void open() {
        file = folder.resolve("results").resolve("scores.jsonl");
        log = new ScoreLog(file);
    }

    @Test
    void shouldWriteExactlyTheseFieldsInThisOrder() throws IOException {
        // When
        log.append(List.of(LAST));
        log.append(List.of(AVERAGED));

        // Then
        try (InputStream golden = ScoreLogTest.class.getResourceAsStream("scores.jsonl")) {
            assertThat(file).hasBinaryContent(golden.readAllBytes());
        }
        assertThat(log.read()).containsExactly(LAST, AVERAGED);
    }

    @Test
    void shouldLetTheNewestLineOfAMeasurementWin() {
        // Given
        ScoreLine again = withF1(LAST, 0.5);

        // When
        log.append(List.of(LAST, AVERAGED, again));

        // Then
        assertThat(log.read()).containsExactly(again, AVERAGED);
    }

    @Test
    void shouldReadSeveralFilesAsOne() {
        // Given
        ScoreLog other = new ScoreLog(folder.resolve("other.jsonl"));
        log.append(List.of(LAST, AVERAGED));
        other.append(List.of(withF1(LAST, 0.25)));

        // When
        List<ScoreLine> lines = ScoreLog.read(List.of(log, other));

        // Then
        assertThat(lines).containsExactly(withF1(LAST, 0.25), AVERAGED);
    }

    @Test
    void shouldKeepALastLineThatOnlyLacksItsEnd() throws IOException {
        // Given: an editor that writes no line end
        log.append(List.of(LAST));
        Files.writeString(file, Files.readString(file).stripTrailing());

        // When
        log.append(List.of(AVERAGED));

        // Then
        assertThat(log.read()).containsExactly(LAST, AVERAGED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"seed\":42,|| seed is needed with last",
                "\"h\":8,|| 2: h: is missing",
                "\"h\":8|\"h\":8.5| h: expected a whole number, got a number with a fraction",
                "\"h\":8|\"h\":0| h must be at least 1, got 0",
                "frozen|cold| classifier must be trained or frozen, got 'cold'",
                "\"last\"|\"first\"| 'first' is no protocol; there are last, best-validation, average-last-<k> and",
                "\"strict\"|\"loose\"| 'loose' is none of strict, conlleval, sub-token",
                "\"f1\":0.6012|\"f1\":60.12| f1 must be between 0 and 1, got 60.12",
                "0.6012|0.6012,\"words\":\"cold\"| words must be trained or frozen, got 'cold'",
                "\"yor\"|\" \"| language must not be blank",
                "\"yor\"|yor| is no JSON",
            })
    void shouldNameFileAndLineOfWhatIsNoScore(String part, String replacement, String problem) throws IOException {
        // Given
        log.append(List.of(AVERAGED, LAST, AVERAGED));
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        assertThat(lines.get(1)).contains(part);
        lines.set(1, lines.get(1).replace(part, replacement == null ? "" : replacement));
        Files.write(file, lines);

        // Then
        assertThatThrownBy(log::read)
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith(file + ":2: ")
                .hasMessageContaining(problem);
    }

    @Test
    void shouldNameTheFileThatIsMissing() {
        assertThatThrownBy(log::read).isInstanceOf(ExperimentException.class).hasMessage(file + ": no such file");
    }

    @Property(tries = 200)
    void shouldReadWhatItWrote(@ForAll("lines") List<ScoreLine> lines) throws IOException {
        // Given
        Path temporary = Files.createTempFile("scores", ".jsonl");
        try {
            // When
            new ScoreLog(temporary).append(lines);

            // Then
            List<ScoreLine> read = new ScoreLog(temporary).read();
            assertThat(read).allMatch(lines::contains);
            assertThat(read.stream().map(ScoreLine::measured))
                    .containsExactlyElementsOf(
                            lines.stream().map(ScoreLine::measured).distinct().toList());
        } finally {
            Files.delete(temporary);
        }
    }

    @Property(tries = 200)
    void shouldSurviveAWriterKilledAtAnyByte(
            @ForAll("lines") List<ScoreLine> lines, @ForAll @IntRange(max = 300) int lost) throws IOException {
        // Given
        Path temporary = Files.createTempFile("scores", ".jsonl");
        try {
            ScoreLog torn = new ScoreLog(temporary);
            torn.append(lines);
            byte[] whole = Files.readAllBytes(temporary);
            byte[] rest = Arrays.copyOf(whole, Math.max(0, whole.length - lost));
            Files.write(temporary, rest);
            int complete = 0;
            int end = -1;
            for (String line : new String(whole, StandardCharsets.UTF_8).lines().toList()) {
                end += line.getBytes(StandardCharsets.UTF_8).length + 1;
                // A line that lacks no more than its end is whole.
                complete += end <= rest.length ? 1 : 0;
            }

            // When
            List<ScoreLine> before = torn.read();
            torn.append(List.of(AVERAGED));

            // Then
            List<ScoreLine> left = new ArrayList<>(lines.subList(0, complete));
            assertThat(measured(before)).isEqualTo(measured(left));
            left.add(AVERAGED);
            assertThat(measured(torn.read())).isEqualTo(measured(left));
            assertThat(Files.readString(temporary)).endsWith("}\n");
        } finally {
            Files.delete(temporary);
        }
    }

    private static List<ScoreLine> measured(List<ScoreLine> lines) {
        return lines.stream().map(ScoreLine::measured).distinct().toList();
    }

    @Provide
    Arbitrary<List<ScoreLine>> lines() {
        Arbitrary<String> text = Arbitraries.strings()
                .withChars("aZ\"\\{} -\u00e9\u0639\uD83D\uDE00\n")
                .ofMinLength(1)
                .ofMaxLength(5)
                .map(name -> "x" + name);
        Arbitrary<String> protocols = Arbitraries.of("last", "best-validation", "average-last-3", "average-runs-2");
        return Combinators.combine(
                        text,
                        Arbitraries.integers().between(1, 1024),
                        Arbitraries.of(ClassifierMode.class),
                        Arbitraries.doubles().between(1e-9, 1).ofScale(9).filter(rate -> rate > 0),
                        Arbitraries.longs(),
                        protocols,
                        Arbitraries.of(Scoring.class),
                        Arbitraries.doubles().between(0, 1))
                .as((name, h, classifier, rate, seed, protocol, scoring, f1) -> new ScoreLine(
                        name,
                        h,
                        classifier,
                        rate,
                        h * 7,
                        protocol.startsWith("average-runs") ? OptionalLong.empty() : OptionalLong.of(seed),
                        protocol,
                        name,
                        name,
                        scoring,
                        f1,
                        h % 3 == 0 ? EmbeddingTraining.FROZEN : EmbeddingTraining.TRAINED,
                        h % 6 == 0 ? OptionalInt.of(h) : OptionalInt.empty()))
                .list()
                .ofMaxSize(6);
    }

    private static ScoreLine withF1(ScoreLine line, double f1) {
        return new ScoreLine(
                line.source(),
                line.h(),
                line.classifier(),
                line.learningRate(),
                line.steps(),
                line.seed(),
                line.protocol(),
                line.benchmark(),
                line.language(),
                line.scoring(),
                f1,
                line.words(),
                line.loraRank());
    }
}
