package dev.slicer.evaluator.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrialScheduleTest {
    private static final Instant BEGUN = Instant.parse("2026-11-22T10:00:00Z");
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

    private TrialSchedule schedule = TrialSchedule.begin(TIMEOUT, Duration.ofDays(1), BEGUN);

    @Test
    void shouldAskThreeTimesMoreAtDoubledDistancesAndThenGiveUp() {
        // Given
        List<Integer> asked = new ArrayList<>();
        int over = 0;

        // When: nothing comes
        while (!schedule.isOver(minute(over))) {
            if (schedule.isQuestionDue(minute(over))) {
                schedule = schedule.asked(minute(over));
                asked.add(over);
            }
            over++;
        }

        // Then
        assertThat(asked).containsExactly(2, 6, 14);
        assertThat(over).isEqualTo(30);
    }

    @Test
    void shouldWaitForWhatGetsOnUpToTheLimit() {
        // Given: an answer every 29 minutes, and no end of them
        int now = 0;
        int asked = 0;

        // When
        while (!schedule.isOver(minute(now))) {
            if (schedule.isQuestionDue(minute(now))) {
                schedule = schedule.asked(minute(now));
                asked++;
            }
            if (now % 29 == 0) {
                schedule = schedule.answered(minute(now));
            }
            now++;
        }

        // Then: others have their turn after a day, and inference was not asked for ever
        assertThat(now).isEqualTo(24 * 60);
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void shouldNotAskAgainForWhatIsBeingAnswered() {
        for (int minute = 1; minute < 600; minute++) {
            assertThat(schedule.isQuestionDue(minute(minute))).isFalse();
            schedule = schedule.answered(minute(minute));
        }
        assertThat(schedule.isOver(minute(600))).isFalse();
    }

    private static Instant minute(int minutes) {
        return BEGUN.plus(Duration.ofMinutes(minutes));
    }
}
