package dev.slicer.trainer.intake;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.TrainingRequest;
import dev.slicer.jobs.JobState;
import dev.slicer.trainer.board.JobBoard;
import dev.slicer.trainer.board.StatusReport;
import dev.slicer.trainer.topics.TrainingTopics;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reports a new job as queued, and writes a dead letter for what is no request. */
public final class RequestAnswers implements RequestIntake.Answer {
    private final JobBoard board;
    private final TrainingTopics topics;
    private final Runnable onRefused;

    /** @param onRefused called once for each dead letter */
    public RequestAnswers(JobBoard board, TrainingTopics topics, Runnable onRefused) {
        this.board = board;
        this.topics = topics;
        this.onRefused = onRefused;
    }

    @Override
    public void accept(TrainingRequest request, ConsumerRecord<byte[], byte[]> record) {
        topics.requireSmall(record.value());
        if (board.find(request.jobId()).flatMap(JobBoard.Job::told).isEmpty()) {
            topics.report(StatusReport.of(JobState.queued(request.jobId())), record);
        }
    }

    @Override
    public void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        topics.refuse(record, reason);
        onRefused.run();
    }
}
