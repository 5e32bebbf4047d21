package dev.slicer.cli.demo;

import dev.slicer.events.Event;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingStatus;
import dev.slicer.kafka.clients.AwaitedSend;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.reading.WholeTopics;
import dev.slicer.kafka.records.KafkaEvents;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** The demonstration's side of the topics. */
final class Messages implements AutoCloseable {
    private static final URI SOURCE = URI.create("/slicer/demo");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Topics topics;
    private final KafkaClients kafka;
    private final KafkaEvents events;
    private final Producer<byte[], byte[]> producer;

    /** @param client addresses and security */
    Messages(Map<String, Object> client, Topics topics, Clock clock) {
        this.topics = topics;
        this.kafka = new KafkaClients(client).withPatience(LIMIT);
        this.events = new KafkaEvents(SOURCE, clock);
        this.producer = kafka.producer();
    }

    /** Sends events and waits until the broker has them all. */
    void send(String topic, List<? extends Event> sent) {
        try {
            AwaitedSend.sendAll(
                    producer,
                    sent.stream().map(event -> events.write(topic, event)).toList());
        } catch (InterruptException interrupted) {
            throw new DemoException("interrupted while talking to the broker", interrupted);
        } catch (KafkaException failure) {
            throw new DemoException(failure.getMessage(), failure);
        }
    }

    /**
     * Follows a training job to its end.
     *
     * @param idle called between two looks at the topic; may throw to give up
     * @return the last status, {@code SUCCEEDED}, {@code FAILED} or {@code CANCELLED}
     */
    TrainingStatus follow(String jobId, Consumer<TrainingStatus> progress, Runnable idle) {
        byte[] key = jobId.getBytes(StandardCharsets.UTF_8);
        try (WholeTopics reading = new WholeTopics(kafka.reader(), Set.of(topics.trainingProgress()))) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : reading.poll(POLL)) {
                    if (!Arrays.equals(key, record.key())) {
                        continue;
                    }
                    TrainingStatus status = KafkaEvents.read(record, TrainingStatus.class);
                    progress.accept(status);
                    if (status.state().isLast()) {
                        return status;
                    }
                }
                idle.run();
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
