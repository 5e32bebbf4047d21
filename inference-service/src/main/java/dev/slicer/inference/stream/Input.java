package dev.slicer.inference.stream;

import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.inference.tagging.TaggingRequest;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record of documents as it was read. */
public sealed interface Input {
    /** @param asked the checkpoint that is to tag it, where it is on trial */
    record Readable(ConsumerRecord<byte[], byte[]> record, TaggingRequest request, Optional<CheckpointRef> asked)
            implements Input {}

    record Unreadable(Outcome.DeadLetter letter) implements Input {}
}
