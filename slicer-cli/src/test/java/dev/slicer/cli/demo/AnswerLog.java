package dev.slicer.cli.demo;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.EventJson;
import dev.slicer.events.EventSchemas;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** All that a reader of committed records sees of a topic, as it comes. */
final class AnswerLog implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ToIntFunction<ConsumerRecord<byte[], byte[]>> numbers;
    private final Thread thread = new Thread(this::read, "answer-log");
    private final Map<String, List<Integer>> numbersByKey = new HashMap<>();
    private final BitSet seen = new BitSet();
    private int answers;
    private Optional<AssertionError> misfit = Optional.empty();

    AnswerLog(String bootstrapServers, String topic, int partitions) {
        this(bootstrapServers, topic, partitions, AnswerLog::carried);
    }

    /** Of labelled documents, whose numbers are in their ids. */
    static AnswerLog ofScores(String bootstrapServers, String topic, int partitions) {
        return new AnswerLog(bootstrapServers, topic, partitions, AnswerLog::scored);
    }

    private AnswerLog(
            String bootstrapServers,
            String topic,
            int partitions,
            ToIntFunction<ConsumerRecord<byte[], byte[]>> numbers) {
        this.numbers = numbers;
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "isolation.level",
                        "read_committed",
                        "auto.offset.reset",
                        "earliest",
                        "request.timeout.ms",
                        DocumentLoad.REQUEST_TIMEOUT_MS),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topic, partition));
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        thread.start();
    }

    private void read() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    note(record);
                }
            }
        } catch (WakeupException closed) {
            consumer.close();
        }
    }

    private synchronized void note(ConsumerRecord<byte[], byte[]> record) {
        int number = numbers.applyAsInt(record);
        try {
            EventSchemas.requireFit(record.topic(), record.value());
        } catch (AssertionError e) {
            misfit = Optional.of(e);
        }
        answers++;
        seen.set(number);
        numbersByKey
                .computeIfAbsent(new String(record.key(), StandardCharsets.UTF_8), key -> new ArrayList<>())
                .add(number);
    }

    private static int carried(ConsumerRecord<byte[], byte[]> record) {
        return Integer.parseInt(
                new String(record.headers().lastHeader(DocumentLoad.NUMBER).value(), StandardCharsets.UTF_8));
    }

    private static int scored(ConsumerRecord<byte[], byte[]> record) {
        String id = EventJson.read(record.value(), DocumentScored.class).documentId();
        return Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
    }

    /**
     * Whether all documents before this number have an answer.
     *
     * @throws AssertionError where an answer was not what its schema says
     */
    synchronized boolean has(int documents) {
        misfit.ifPresent(e -> {
            throw e;
        });
        return seen.nextClearBit(0) >= documents;
    }

    synchronized int answers() {
        return answers;
    }

    synchronized int documents() {
        return seen.cardinality();
    }

    /** Answers in the order of their partition, which is that of a key. */
    synchronized Map<String, List<Integer>> numbersByKey() {
        return Map.copyOf(numbersByKey);
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
