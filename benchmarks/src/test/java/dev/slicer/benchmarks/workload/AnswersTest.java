package dev.slicer.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.benchmarks.workload.Answers.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void shouldTakePercentilesByNearestRank() {
        // Given 200 requests that took 1 to 200 ms
        Answers answers = new Answers(IntStream.rangeClosed(1, 200)
                .mapToObj(milliseconds -> answer(milliseconds, 200))
                .toList());

        // When, Then
        assertThat(answers.percentile(0.5)).hasValue(100);
        assertThat(answers.percentile(0.99)).hasValue(198);
        assertThat(answers.percentile(1)).hasValue(200);
    }

    @Test
    void shouldLeaveRefusedRequestsOutOfLatency() {
        // Given
        Answers answers = new Answers(List.of(answer(10, 200), answer(1, 429), answer(30_000, Answer.NONE)));

        // When, Then
        assertThat(answers.percentile(0.99)).hasValue(10);
        assertThat(answers.count(Answer::refused)).isEqualTo(1);
        assertThat(answers.count(Answer::failed)).isEqualTo(1);
    }

    @Test
    void shouldHaveNoLatencyWhereNothingWasAccepted() {
        assertThat(new Answers(List.of(answer(1, 429))).percentile(0.5)).isEmpty();
    }

    private static Answer answer(int milliseconds, int status) {
        return new Answer(START, Duration.ofMillis(milliseconds), status);
    }
}
