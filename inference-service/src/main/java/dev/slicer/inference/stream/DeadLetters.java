package dev.slicer.inference.stream;

import dev.slicer.events.Topics;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.RecordSizes;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes dead letters of records of documents that get no entities. */
record DeadLetters(Topics topics, RecordSizes sizes) {
    /** @param cause what is wrong, for people */
    Outcome.DeadLetter of(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String cause) {
        return new Outcome.DeadLetter(reason, sizes.deadLetter(topics.deadLetters(), record, reason, cause));
    }
}
