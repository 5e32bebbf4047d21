package dev.slicer.trainer.work;

import dev.slicer.kafka.clients.Answers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Whether the group that takes requests in is done with one. A new request is not asked about: it is about to be. */
public final class TakenIn implements Predicate<ConsumerRecord<byte[], byte[]>> {
    private static final Duration NEW = Duration.ofMinutes(1);

    private final Supplier<Admin> admins;
    private final String group;
    private final Clock clock;

    public TakenIn(Supplier<Admin> admins, String group, Clock clock) {
        this.admins = admins;
        this.group = group;
        this.clock = clock;
    }

    @Override
    public boolean test(ConsumerRecord<byte[], byte[]> request) {
        if (Instant.ofEpochMilli(request.timestamp()).isAfter(clock.instant().minus(NEW))) {
            return false;
        }
        try (Admin admin = admins.get()) {
            OffsetAndMetadata committed = Answers.of(
                            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .get(new TopicPartition(request.topic(), request.partition()));
            return committed != null && committed.offset() > request.offset();
        }
    }
}
