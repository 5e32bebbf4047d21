package dev.slicer.cli.demo;

import dev.slicer.cli.kafka.Clients;
import dev.slicer.events.CloudEvent;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingStatus;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The demonstration's side of the topics. */
final class Messages implements AutoCloseable {
    private static final URI SOURCE = URI.create("/slicer/demo");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final Topics topics;
    private final KafkaProducer<String, byte[]> producer;
    private final Clock clock;

    Messages(String bootstrapServers, Topics topics, Clock clock) {
        this.bootstrapServers = bootstrapServers;
        this.topics = topics;
        this.clock = clock;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", "5"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    /** Sends events and waits until the broker has them all. */
    void send(String topic, List<? extends Event> events) {
        var acknowledgements = events.stream()
                .map(event -> {
                    ProducerRecord<String, byte[]> record =
                            new ProducerRecord<>(topic, event.key(), EventJson.write(event));
                    CloudEvent.of(event, SOURCE, clock.instant(), Map.of())
                            .toHeaders()
                            .forEach(record.headers()::add);
                    return producer.send(record);
                })
                .toList();
        try {
            for (var acknowledgement : acknowledgements) {
                acknowledgement.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException cause) {
            throw new DemoException("cannot send to " + topic + ": " + cause, cause);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    /**
     * Follows a training job to its end.
     *
     * @param idle called between two looks at the topic; may throw to give up
     * @return the last status, {@code SUCCEEDED}, {@code FAILED} or {@code CANCELLED}
     */
    TrainingStatus follow(String jobId, Consumer<TrainingStatus> progress, Runnable idle) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(consumer, topics.trainingProgress());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (!jobId.equals(record.key())) {
                        continue;
                    }
                    TrainingStatus status = Clients.read(record, TrainingStatus.class);
                    progress.accept(status);
                    if (status.state().isLast()) {
                        return status;
                    }
                }
                idle.run();
            }
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer, String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic, LIMIT);
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toList());
    }

    private static DemoException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new DemoException("interrupted while talking to the broker", interrupted);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
