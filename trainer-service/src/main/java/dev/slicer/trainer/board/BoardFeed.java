package dev.slicer.trainer.board;

import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.records.KafkaEvents;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the records of the topics of requests and progress on the board. */
public final class BoardFeed {
    private static final Logger LOG = LoggerFactory.getLogger(BoardFeed.class);

    private final Topics names;
    private final JobBoard board;
    private final Consumer<byte[]> requireSmall;
    private final Consumer<String> onOver;

    /**
     * @param requireSmall throws an {@link InvalidEventException} where a request is too large for what is written of its job
     * @param onOver is told the id of a job on each status that finds or makes it over
     */
    public BoardFeed(Topics names, JobBoard board, Consumer<byte[]> requireSmall, Consumer<String> onOver) {
        this.names = names;
        this.board = board;
        this.requireSmall = requireSmall;
        this.onOver = onOver;
    }

    /** @throws InvalidEventException where a record of the progress is no status */
    public void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(names.trainingRequests())) {
            requested(record);
        } else {
            TrainingStatus status = KafkaEvents.read(record, TrainingStatus.class);
            board.reported(status, Instant.ofEpochMilli(record.timestamp()));
            if (board.isOver(status.jobId())) {
                onOver.accept(status.jobId());
            }
        }
    }

    private void requested(ConsumerRecord<byte[], byte[]> record) {
        TrainingRequest request;
        try {
            request = KafkaEvents.read(record, TrainingRequest.class);
            requireSmall.accept(record.value());
        } catch (InvalidEventException e) {
            // The intake answers it with a dead letter.
            LOG.debug("Skipped {} offset {}: {}", record.topic(), record.offset(), e.getMessage());
            return;
        }
        board.requested(request, record);
    }
}
