package dev.slicer.inference.checkpoints;

import dev.slicer.events.InvalidEventException;
import dev.slicer.inference.model.CheckpointRef;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Which checkpoints are to serve, by what topics have said so far. */
public interface WantedCheckpoints {
    /** The topics, each with all its records in one order. */
    Set<String> topics();

    /** What follows from a record. */
    enum News {
        NONE,
        /** The one that was to serve before still is, and may be tried again where it could not be loaded. */
        SAME,
        /** Another one is to serve. */
        OTHER
    }

    /**
     * Takes a record in.
     *
     * @throws InvalidEventException where the record says nothing that belongs there
     */
    News read(ConsumerRecord<byte[], byte[]> record);

    /** The one that is to serve, and those that are better than none where it cannot be loaded. */
    List<CheckpointRef> bestFirst();
}
