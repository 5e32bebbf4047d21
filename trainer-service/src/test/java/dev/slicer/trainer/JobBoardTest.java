package dev.slicer.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.training.Hyperparameters;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class JobBoardTest {
    private final JobBoard board = new JobBoard();

    @Test
    void shouldShowARequestedJobAsQueued() {
        // When
        board.requested(request("job"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.QUEUED);
        assertThat(board.byState()).containsEntry(State.QUEUED, 1L).containsEntry(State.RUNNING, 0L);
    }

    @Test
    void shouldKeepTheStatusWhenItIsReadBeforeTheRequest() {
        // Given
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning"), Instant.EPOCH.plusSeconds(1));

        // When
        board.requested(request("job"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.RUNNING);
        assertThat(board.find("job").orElseThrow().request()).isPresent();
    }

    @Test
    void shouldStayOverWhenATrainerHasNotNoticedTheCancellation() {
        // Given
        board.reported(TrainingStatus.of("job", State.CANCELLED, "cancelled on request"), Instant.EPOCH);

        // When
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void shouldShowACheckpointThatWasPublishedInSpiteOfACancellation() {
        // Given
        board.reported(TrainingStatus.of("job", State.CANCELLED, "cancelled on request"), Instant.EPOCH);

        // When
        board.reported(succeeded("job"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void shouldListTheNewestJobFirst() {
        // When
        board.requested(request("first"), Instant.EPOCH);
        board.requested(request("second"), Instant.EPOCH.plusSeconds(1));

        // Then
        assertThat(board.all()).extracting(job -> job.status().jobId()).containsExactly("second", "first");
    }

    private static TrainingStatus succeeded(String jobId) {
        return new TrainingStatus(
                jobId,
                State.SUCCEEDED,
                "",
                1,
                1,
                1,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(jobId));
    }

    private static TrainingRequest request(String jobId) {
        return new TrainingRequest(
                jobId, "mbert", List.of("sample:en.train"), Map.of(), List.of("PER"), Hyperparameters.paper());
    }
}
