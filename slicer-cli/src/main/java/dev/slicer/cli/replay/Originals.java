package dev.slicer.cli.replay;

import dev.slicer.events.envelope.DeadLetterHeaders;
import dev.slicer.events.envelope.LetterContent;
import dev.slicer.events.envelope.ValueReference;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.Partitions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** Reads original records that their letters have not all of. */
final class Originals implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What was found. */
    sealed interface Found {}

    record Original(ConsumerRecord<byte[], byte[]> record) implements Found {}

    /** @param why continues a sentence that begins with the letter's name */
    record Missing(String why) implements Found {}

    private final Consumer<byte[], byte[]> consumer;

    Originals(KafkaClients kafka) {
        this.consumer = kafka.readerOfOne();
    }

    /** The letter itself, where it has all of its record. */
    Found of(Letter letter) {
        Optional<ValueReference> reference = letter.was().reference();
        if (reference.isEmpty()) {
            return new Original(letter.record());
        }
        Found found = find(letter.was(), reference.get());
        return found instanceof Missing missing
                ? new Missing(missing.why() + "; the letter has "
                        + (letter.was().content() == LetterContent.HASH
                                ? "no more of it than its SHA-256"
                                : "no more of it than its beginning"))
                : found;
    }

    private Found find(DeadLetterHeaders was, ValueReference reference) {
        String place = was.topic() + "-" + was.partition() + "-" + was.offset();
        try {
            return find(new TopicPartition(was.topic(), was.partition()), was.offset(), reference, place);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            return new Missing("its record " + place + " cannot be read: " + e.getMessage());
        }
    }

    private Found find(TopicPartition partition, long offset, ValueReference reference, String place) {
        if (!Partitions.of(consumer, partition.topic()).contains(partition)) {
            return new Missing("its record " + place + " is gone: the topic has no such partition");
        }
        List<TopicPartition> only = List.of(partition);
        consumer.assign(only);
        if (offset < consumer.beginningOffsets(only).get(partition)
                || offset >= consumer.endOffsets(only).get(partition)) {
            return new Missing("its record " + place + " is gone: the topic no longer keeps it");
        }
        consumer.seek(partition, offset);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return isMeant(record, offset, reference)
                        ? new Original(record)
                        : new Missing("its record " + place + " is gone: another lies there now");
            }
        }
        return new Missing("its record " + place + " did not come within " + PATIENCE.toSeconds() + " s");
    }

    private static boolean isMeant(ConsumerRecord<byte[], byte[]> record, long offset, ValueReference reference) {
        return record.offset() == offset && ValueReference.of(record.value()).equals(reference);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
