package dev.slicer.kafka.clients;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Sends records and returns when the broker has them. */
public final class AwaitedSend {
    private AwaitedSend() {}

    /**
     * @return where the record lies
     * @throws KafkaException naming the topic, where the broker did not take the record
     * @throws InterruptException where the thread is interrupted; the record may be written all the same
     */
    public static RecordMetadata send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        return await(producer.send(record), record.topic());
    }

    /**
     * Sends several records before it waits for the first.
     *
     * @throws KafkaException naming the topic, where the broker did not take one of the records
     * @throws InterruptException where the thread is interrupted
     */
    public static void sendAll(Producer<byte[], byte[]> producer, List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
        for (int i = 0; i < sent.size(); i++) {
            await(sent.get(i), records.get(i).topic());
        }
    }

    private static RecordMetadata await(Future<RecordMetadata> sent, String topic) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "cannot write to topic " + topic + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
