package dev.slicer.trainer.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.EventJson;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.hyperparameters.Hyperparameters;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class JobBoardTest {
    private final JobBoard board = new JobBoard();

    @Test
    void shouldShowARequestedJobAsQueued() {
        // When
        request("job", Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.QUEUED);
        assertThat(board.byState()).containsEntry(State.QUEUED, 1L).containsEntry(State.RUNNING, 0L);
    }

    @Test
    void shouldKeepTheStatusWhenItIsReadBeforeTheRequest() {
        // Given
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning"), Instant.EPOCH.plusSeconds(1));

        // When
        request("job", Instant.EPOCH);

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
    void shouldNotQueueAJobAgainThatIsTakenInWhenATrainerHasItAlready() {
        // Given
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning").by("trainer-0"), Instant.EPOCH);

        // When
        board.reported(TrainingStatus.of("job", State.QUEUED, "waiting for a trainer"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void shouldQueueAJobAgainThatATrainerGivesBack() {
        // Given
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning").by("trainer-0"), Instant.EPOCH);

        // When
        board.reported(
                TrainingStatus.of("job", State.QUEUED, "the trainer stopped").by("trainer-0"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.QUEUED);
    }

    @Test
    void shouldNotBelieveATrainerWhoseJobAnotherHasBegun() {
        // Given
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning").by("deposed"), Instant.EPOCH);
        board.reported(TrainingStatus.of("job", State.PREPARING, "reading").by("heir"), Instant.EPOCH);

        // When
        board.reported(TrainingStatus.of("job", State.RUNNING, "fine-tuning").by("deposed"), Instant.EPOCH);
        board.reported(TrainingStatus.of("job", State.QUEUED, "given back").by("deposed"), Instant.EPOCH);
        board.reported(TrainingStatus.of("job", State.FAILED, "the loss is NaN").by("deposed"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().status().state()).isEqualTo(State.PREPARING);

        // And when: what somebody asked for holds for all
        board.reported(TrainingStatus.of("job", State.CANCELLED, "on request").by("deposed"), Instant.EPOCH);

        // Then
        assertThat(board.find("job").orElseThrow().isOver()).isTrue();
    }

    @Test
    void shouldOfferTheOldestJobsFirstThatWereTakenInAndAreNotOver() {
        // Given
        for (String job : List.of("third", "second", "first", "over", "unheard")) {
            request(job, Instant.EPOCH.plusSeconds(job.equals("first") ? 0 : job.equals("second") ? 1 : 2));
        }
        for (String job : List.of("third", "second", "first", "over")) {
            board.reported(TrainingStatus.of(job, State.QUEUED, ""), Instant.EPOCH);
        }
        board.reported(TrainingStatus.of("over", State.FAILED, "no corpus"), Instant.EPOCH);
        board.reported(TrainingStatus.of("unasked", State.QUEUED, ""), Instant.EPOCH);

        // When and then
        assertThat(board.open()).extracting(job -> job.request().jobId()).containsExactly("first", "second", "third");
    }

    @Test
    void shouldListTheNewestJobFirst() {
        // When
        request("first", Instant.EPOCH);
        request("second", Instant.EPOCH.plusSeconds(1));

        // Then
        assertThat(board.all()).extracting(JobBoard.Job::jobId).containsExactly("second", "first");
    }

    @Test
    void shouldCountTheRequestThatATrainerPutIntoTheTopicAgainAndNoOther() {
        // Given
        request("job", 0, 17, Optional.empty());
        board.reported(TrainingStatus.of("job", State.QUEUED, ""), Instant.EPOCH);

        // When: one that came twice, the one in its place, and what another trainer put there as well
        request("job", 0, 18, Optional.empty());
        request("job", 0, 19, Optional.of("requests-0-17"));
        request("job", 0, 20, Optional.of("requests-0-17"));

        // Then
        assertThat(board.open())
                .singleElement()
                .extracting(job -> job.record().offset())
                .isEqualTo(19L);

        // And when
        request("job", 0, 21, Optional.of("requests-0-19"));

        // Then
        assertThat(board.open())
                .singleElement()
                .extracting(job -> job.record().offset())
                .isEqualTo(21L);
    }

    @Test
    void shouldCountTheSameRequestWhicheverPartitionIsReadFirst() {
        // When
        request("job", 1, 5, Optional.empty());
        request("job", 1, 6, Optional.of("requests-1-5"));
        request("job", 0, 9, Optional.empty());
        request("job", 1, 7, Optional.of("requests-1-6"));

        // Then
        assertThat(board.find("job")
                        .orElseThrow()
                        .asked()
                        .orElseThrow()
                        .record()
                        .partition())
                .isZero();
    }

    private static TrainingStatus succeeded(String jobId) {
        return EventJson.read(
                ("{\"jobId\":\"" + jobId
                                + "\",\"state\":\"SUCCEEDED\",\"step\":1,\"totalSteps\":1,\"epoch\":1,\"checkpointId\":\""
                                + jobId + "\"}")
                        .getBytes(StandardCharsets.UTF_8),
                TrainingStatus.class);
    }

    private void request(String jobId, Instant at) {
        request(jobId, 0, 0, at, Optional.empty());
    }

    private void request(String jobId, int partition, long offset, Optional<String> requeuedFrom) {
        request(jobId, partition, offset, Instant.EPOCH, requeuedFrom);
    }

    private void request(String jobId, int partition, long offset, Instant at, Optional<String> requeuedFrom) {
        TrainingRequest request = new TrainingRequest(
                jobId, "mbert", List.of("sample:en.train"), Map.of(), List.of("PER"), Hyperparameters.defaults());
        RecordHeaders headers = new RecordHeaders();
        requeuedFrom.ifPresent(place -> headers.add("requeued-from", place.getBytes(StandardCharsets.UTF_8)));
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "requests",
                partition,
                offset,
                at.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                EventJson.write(request),
                headers,
                Optional.empty());
        board.requested(request, record);
    }
}
