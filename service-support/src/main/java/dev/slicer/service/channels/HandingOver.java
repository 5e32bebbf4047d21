package dev.slicer.service.channels;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Counts the records that a consumer hands over. Kafka makes it, so that it is public. */
public final class HandingOver implements ConsumerInterceptor<byte[], byte[]> {
    /** The setting of a consumer that has the counts. */
    static final String COUNTS = "slicer.handed.over";

    private HandedOver counts;

    @Override
    public void configure(Map<String, ?> settings) {
        counts = (HandedOver) settings.get(COUNTS);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            counts.received(partition.topic(), records.records(partition).size());
        }
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
