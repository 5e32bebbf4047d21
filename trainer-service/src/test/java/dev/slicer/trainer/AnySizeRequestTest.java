package dev.slicer.trainer;

import static dev.slicer.kafka.testing.TestTopics.header;
import static dev.slicer.kafka.testing.TestTopics.key;
import static dev.slicer.trainer.TestTrainer.TOPICS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.testing.AnySize;
import dev.slicer.kafka.testing.AnySizeSender;
import dev.slicer.kafka.testing.TopicWatch;
import dev.slicer.testbroker.TestBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Whatever a training request's size, those behind it are taken in, and it is a job or a dead letter. On a real broker. */
class AnySizeRequestTest {
    private static final Duration NOT_HELD_UP = Duration.ofSeconds(5);
    private static final Duration START = Duration.ofSeconds(60);
    /** Records of a run: more with {@code -Dslicer.test.sizes=500}. */
    private static final int RECORDS = Integer.getInteger("slicer.test.sizes", 16);

    private static TestBroker broker;
    private static TestTrainer trainer;
    private static AnySizeSender sender;
    private static TopicWatch watch;
    private static int sent;

    @BeforeContainer
    static void startTrainer() throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "sizes");
        broker = TestTrainer.broker(folder.resolve("broker"));
        TestTrainer.createTopics(broker.bootstrapServers(), AnySizeSender.TOPIC_BYTES);
        trainer = TestTrainer.start(broker.bootstrapServers(), folder, "any-size");
        sender = new AnySizeSender(broker.bootstrapServers());
        watch = new TopicWatch(
                new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers())),
                TOPICS.trainingProgress(),
                TOPICS.deadLetters());
        requireTakenIn("first", START);
    }

    @AfterContainer
    static void stopTrainer() {
        watch.close();
        sender.close();
        trainer.close();
        broker.close();
    }

    @Provide
    Arbitrary<List<AnySize>> records() {
        return AnySize.any().list().ofSize(RECORDS);
    }

    /** Requests with something long beside, with a long type, and with a long name of their own. */
    @Property(tries = 1, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void shouldTakeInOrPutAsideEachRequestAndHoldNothingUp(@ForAll("records") List<AnySize> records) {
        int number = 0;
        for (AnySize size : records) {
            // Given: corpora that nobody has, so that no job takes any time
            String id = "large-" + number++;
            byte[] value = size.json(
                    switch (number % 3) {
                        case 0 -> "\"jobId\":\"" + id + "\",\"train\":[\"none\"],\"padding\":\"%s\"";
                        case 1 -> "\"jobId\":\"" + id + "\",\"train\":[\"none\"],\"types\":[\"PER\",\"%s\"]";
                        default -> "\"jobId\":\"" + id + "%s\",\"train\":[\"none\"]";
                    });

            // When
            RecordMetadata place = send(id, value, size.codec());

            // Then
            requireTakenIn("after-" + sent++, NOT_HELD_UP);
            requireOutcome(id, place, NOT_HELD_UP);
        }
        assertThat(trainer.trainer.readers().liveness("training").build().getStatus())
                .hasToString("UP");
    }

    private static void requireTakenIn(String id, Duration limit) {
        String value = "{\"jobId\":\"" + id + "\",\"train\":[\"none\"]}";
        requireOutcome(id, send(id, value.getBytes(StandardCharsets.UTF_8), "none"), limit);
    }

    private static RecordMetadata send(String key, byte[] value, String codec) {
        // One partition, so that each is behind the one before.
        return sender.send(
                new ProducerRecord<>(TOPICS.trainingRequests(), 0, key.getBytes(StandardCharsets.UTF_8), value), codec);
    }

    private static void requireOutcome(String id, RecordMetadata place, Duration limit) {
        Optional<ConsumerRecord<byte[], byte[]>> outcome = watch.await(
                limit,
                record -> record.topic().equals(TOPICS.deadLetters())
                        ? header(record, "dead-letter-offset").equals(Long.toString(place.offset()))
                        : key(record).startsWith(id));
        assertThat(outcome).as("outcome of %s", id).isPresent();
    }
}
