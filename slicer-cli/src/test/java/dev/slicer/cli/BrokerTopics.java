package dev.slicer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.EventSchemas;
import dev.slicer.events.Topics;
import dev.slicer.events.envelope.RecordSize;
import dev.slicer.kafka.testing.Patience;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What a test of a command writes to a real broker's topics, and sees on them. */
public record BrokerTopics(String bootstrapServers) {
    private static final int PARTITIONS = 2;

    public Map<String, Object> settings() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    public void create(Topics topics) throws Exception {
        try (Admin admin = Admin.create(settings())) {
            Map<String, NewTopic> all = topics.all().stream()
                    .map(topic -> new NewTopic(topic.name(), topic.ordered() ? 1 : PARTITIONS, (short) 1)
                            // Records of tests have times of their own, which the broker's retention would find too
                            // old.
                            .configs(Map.of("retention.ms", "-1")))
                    .collect(Collectors.toMap(NewTopic::name, topic -> topic));
            admin.createTopics(all.values()).all().get();
            // The controller has made them when it says so; the broker hears of it a little later.
            Patience.await("the topics")
                    .until(() -> admin.listTopics().names().get().containsAll(all.keySet()));
        }
    }

    /** Has a topic take what services write, more than topics take by themselves. */
    public void raiseLimit(String topic) throws Exception {
        try (Admin admin = Admin.create(settings())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", Integer.toString(RecordSize.MAX_BYTES)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    public void send(List<ProducerRecord<byte[], byte[]>> records) {
        Map<String, Object> settings = new HashMap<>(settings());
        // A broker that has only just heard of the topic may refuse the first batch and take the second, and then not
        // the first any more.
        settings.put("max.in.flight.requests.per.connection", 1);
        settings.put("max.request.size", RecordSize.MAX_BYTES);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Future<?> sent : records.stream().map(producer::send).toList()) {
                sent.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** All committed records that the topic holds. */
    public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        awaitEndsOfTransactions();
        Map<String, Object> settings = new HashMap<>(settings());
        settings.put("isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Patience.await("the end of " + topic).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        return found;
    }

    /** All that is on the topics is what the schemas of their events say. */
    public void requireEventsFitTheirSchemas() {
        List<ConsumerRecord<byte[], byte[]>> events = existing().stream()
                .filter(topic -> EventSchemas.eventOf(topic).isPresent())
                .flatMap(topic -> read(topic).stream())
                .toList();
        assertThat(events).isNotEmpty();
        events.forEach(event -> EventSchemas.requireFit(event.topic(), event.value()));
    }

    private Set<String> existing() {
        try (Admin admin = Admin.create(settings())) {
            return admin.listTopics().names().get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A commit returns once it is decided; readers see what it committed when the broker has marked it so on each partition. */
    private void awaitEndsOfTransactions() {
        ListTransactionsOptions ending = new ListTransactionsOptions()
                .filterStates(List.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT));
        try (Admin admin = Admin.create(settings())) {
            Patience.await("the ends of transactions")
                    .until(() -> admin.listTransactions(ending).all().get().isEmpty());
        }
    }

    public static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        return Arrays.stream(record.headers().toArray())
                .collect(Collectors.toMap(Header::key, header -> text(header.value())));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
