package dev.slicer.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts three brokers, which takes about half a minute on two busy cores. */
@Timeout(300)
class LocalClusterTest {
    private static final String TOPIC = "greetings";

    @TempDir
    Path folder;

    @Test
    void shouldGoOnWithoutANodeThatIsCutOffAndHaveItBack() throws Exception {
        // Given a partition that each node leads
        try (LocalCluster cluster = LocalCluster.start(folder)) {
            try (Admin admin = Admin.create(settings(cluster))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(3), Optional.empty())))
                        .all()
                        .get();
                assertThat(admin.describeTopics(List.of(TOPIC))
                                .allTopicNames()
                                .get()
                                .get(TOPIC)
                                .partitions())
                        .extracting(partition -> partition.leader().id())
                        .containsExactlyInAnyOrder(1, 2, 3);
            }
            List<String> sent = new ArrayList<>();
            sent.add(say(cluster, "while all are there"));

            // When
            cluster.cutOff(3);
            sent.add(say(cluster, "while one is cut off"));

            // Then
            cluster.rejoin(3);
            assertThat(heard(cluster, sent.size())).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    /** Says it to each partition. */
    private static String say(LocalCluster cluster, String value) throws Exception {
        Map<String, Object> settings = new HashMap<>(settings(cluster));
        settings.put("acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int partition = 0; partition < 3; partition++) {
                producer.send(new ProducerRecord<>(TOPIC, partition, null, value))
                        .get(60, TimeUnit.SECONDS);
            }
        }
        return value;
    }

    private static List<String> heard(LocalCluster cluster, int count) {
        Map<String, Object> settings = new HashMap<>(settings(cluster));
        settings.put("group.id", "readers");
        settings.put("auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (values.size() < 3 * count) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values.stream().distinct().toList();
    }

    private static Map<String, Object> settings(LocalCluster cluster) {
        // Clients that have asked a node that says nothing ask another one soon.
        return Map.of("bootstrap.servers", cluster.bootstrapServers(), "request.timeout.ms", 3000);
    }
}
