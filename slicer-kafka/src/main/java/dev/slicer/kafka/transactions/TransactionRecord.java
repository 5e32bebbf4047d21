package dev.slicer.kafka.transactions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * What the coordinator wrote of one transactional id in Kafka's topic {@value #TOPIC}.
 *
 * @param epoch with which the markers of a decided transaction are written; where brokers have transaction version 2, one
 *     more than its records have
 * @param partitions of the transaction; empty once all have their marker
 */
record TransactionRecord(
        String transactionalId,
        long producerId,
        short epoch,
        Status status,
        Set<TopicPartition> partitions,
        Instant at) {
    static final String TOPIC = "__transaction_state";

    /** In the order of their numbers in the record. */
    enum Status {
        EMPTY,
        ONGOING,
        PREPARE_COMMIT,
        PREPARE_ABORT,
        COMPLETE_COMMIT,
        COMPLETE_ABORT,
        DEAD,
        PREPARE_EPOCH_FENCE
    }

    private static final int LAST_KNOWN_VERSION = 1;
    private static final Status[] STATUSES = Status.values();

    /** The id that a record is of; empty for a kind of record that isn't known here. */
    static Optional<String> id(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        return buffer.getShort() == 0 ? Optional.of(string(buffer, buffer.getShort())) : Optional.empty();
    }

    /**
     * Reads a record's value, whose versions differ in how lengths are written.
     *
     * @return empty where the version or the status isn't known here
     */
    static Optional<TransactionRecord> read(String transactionalId, byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        short version = buffer.getShort();
        if (version < 0 || version > LAST_KNOWN_VERSION) {
            return Optional.empty();
        }
        long producerId = buffer.getLong();
        short epoch = buffer.getShort();
        // Its timeout.
        buffer.getInt();
        byte status = buffer.get();
        if (status < 0 || status >= STATUSES.length) {
            return Optional.empty();
        }
        boolean flexible = version > 0;
        Set<TopicPartition> partitions = new HashSet<>();
        int topics = length(buffer, flexible);
        for (int topic = 0; topic < topics; topic++) {
            String name = string(buffer, flexible ? ByteUtils.readUnsignedVarint(buffer) - 1 : buffer.getShort());
            int count = length(buffer, flexible);
            for (int i = 0; i < count; i++) {
                partitions.add(new TopicPartition(name, buffer.getInt()));
            }
            if (flexible) {
                skipTags(buffer);
            }
        }
        return Optional.of(new TransactionRecord(
                transactionalId,
                producerId,
                epoch,
                STATUSES[status],
                Set.copyOf(partitions),
                Instant.ofEpochMilli(buffer.getLong())));
    }

    private static int length(ByteBuffer buffer, boolean flexible) {
        return flexible ? ByteUtils.readUnsignedVarint(buffer) - 1 : buffer.getInt();
    }

    private static String string(ByteBuffer buffer, int bytes) {
        byte[] text = new byte[bytes];
        buffer.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void skipTags(ByteBuffer buffer) {
        int tags = ByteUtils.readUnsignedVarint(buffer);
        for (int tag = 0; tag < tags; tag++) {
            ByteUtils.readUnsignedVarint(buffer);
            int bytes = ByteUtils.readUnsignedVarint(buffer);
            buffer.position(buffer.position() + bytes);
        }
    }
}
