package dev.slicer.inference.checkpoints;

import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Topics;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.kafka.records.KafkaEvents;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The newest announced one serves, without a trial. */
public final class NewestCheckpoints implements WantedCheckpoints {
    private final Topics topics;
    /** Newest first. */
    private final Deque<CheckpointRef> announced = new ArrayDeque<>();

    public NewestCheckpoints(Topics topics) {
        this.topics = topics;
    }

    @Override
    public Set<String> topics() {
        return Set.of(topics.checkpoints());
    }

    @Override
    public News read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            // A checkpoint that was taken back; the model that serves is not stopped for it.
            if (record.key() != null) {
                forget(new String(record.key(), StandardCharsets.UTF_8));
            }
            return News.NONE;
        }
        CheckpointPublished published = KafkaEvents.read(record, CheckpointPublished.class);
        CheckpointRef newest = new CheckpointRef(published.checkpointId(), published.digest());
        boolean same = newest.equals(announced.peekFirst());
        forget(newest.id());
        announced.addFirst(newest);
        return same ? News.SAME : News.OTHER;
    }

    private void forget(String id) {
        announced.removeIf(known -> known.id().equals(id));
    }

    @Override
    public List<CheckpointRef> bestFirst() {
        return List.copyOf(announced);
    }
}
