package dev.slicer.testbroker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.model.Container;
import dev.slicer.broker.BrokerException;
import dev.slicer.broker.LocalBroker;
import dev.slicer.testbroker.Choice.Place;
import dev.slicer.testbroker.Choice.Wish;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.testcontainers.DockerClientFactory;

/** That a test sees no difference between a broker in a container and one in a child process. */
@Timeout(300)
class TestBrokerTest {
    private static final String TOPIC = "greetings";

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "CONTAINER"})
    void shouldKeepTopicsAndPortWhenKilledAndStartedAgain(Place place) throws Exception {
        // Given
        try (TestBroker broker = choice(place).start(folder, Map.of())) {
            String address = broker.bootstrapServers();
            produce(broker, "before the crash");

            // When
            broker.kill();

            // Then
            assertThat(broker.isAlive()).isFalse();
            broker.restart();
            assertThat(broker.isAlive()).isTrue();
            assertThat(broker.bootstrapServers()).isEqualTo(address).startsWith("127.0.0.1:");
            produce(broker, "after the crash");
            broker.restart();
            assertThat(consume(broker, 2)).containsExactly("before the crash", "after the crash");
        }
        assertThat(folder.resolve("broker.log")).content().contains("Kafka Server started");
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "CONTAINER"})
    void shouldAnswerNothingWhileItHangsAndGoOnAfterwards(Place place) throws Exception {
        // Given
        try (TestBroker broker = choice(place).start(folder, Map.of());
                KafkaProducer<String, String> producer = producer(broker, Map.of("delivery.timeout.ms", 3000))) {
            producer.send(new ProducerRecord<>(TOPIC, "before")).get(60, TimeUnit.SECONDS);

            // When
            broker.hang();

            // Then
            assertThat(broker.isAlive()).isTrue();
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>(TOPIC, "meanwhile"))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            broker.resume();
            broker.resume();
            produce(broker, "afterwards");
            assertThat(consume(broker, 2)).startsWith("before").contains("afterwards");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "CONTAINER"})
    void shouldTakeSettingsOfTheTest(Place place) throws Exception {
        // Given
        try (TestBroker broker = choice(place).start(folder, Map.of("transaction.max.timeout.ms", "4321"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // When
            ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, "1");

            // Then
            assertThat(admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .get("transaction.max.timeout.ms")
                            .value())
                    .isEqualTo("4321");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PROCESS", "CONTAINER"})
    void shouldShowTheEndOfTheLogWhenItDoesNotStart(Place place) {
        // Given
        Choice choice = choice(place);

        // When // Then
        assertThatThrownBy(() -> choice.start(folder, Map.of("transaction.max.timeout.ms", "soon")))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("Invalid value soon for configuration transaction.max.timeout.ms");
    }

    @Test
    void shouldSayWhatToDoWhenAnImageIsNowhere() {
        // Given
        choice(Place.CONTAINER);

        // When // Then
        assertThatThrownBy(() -> new DockerEngine().fetch("localhost:1/slicer/nowhere:1"))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining(
                        "image localhost:1/slicer/nowhere:1 (system property slicer.kafka.image) is not at"
                                + " hand and cannot be pulled; load it into the engine, or leave the property out");
    }

    @Test
    void shouldRemoveTheContainersOfTestsThatWereKilled() throws Exception {
        // Given a test in a JVM of its own
        choice(Place.CONTAINER);
        Path report = folder.resolve("report");
        Process test = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + LocalBroker.LIB_PROPERTY + "=" + System.getProperty(LocalBroker.LIB_PROPERTY),
                        "-D" + TestBroker.PLACE_PROPERTY + "=container",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTest.class.getName(),
                        folder.toString(),
                        report.toString())
                .directory(folder.toFile())
                .inheritIO()
                .start();
        Awaitility.await("the broker")
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(report) || !test.isAlive());
        String label = new Owner(
                        Owner.thisProcess().machine(),
                        test.pid(),
                        test.info().startInstant().orElseThrow())
                .label();
        assertThat(containers(label)).hasSize(1);

        // When
        test.destroyForcibly().waitFor();
        new DockerEngine().absence();

        // Then
        assertThat(containers(label)).isEmpty();
    }

    /** Starts a broker and waits to be killed. */
    static final class KilledTest {
        private KilledTest() {}

        public static void main(String[] arguments) throws Exception {
            TestBroker.start(Path.of(arguments[0]));
            Files.createFile(Path.of(arguments[1]));
            Thread.sleep(Duration.ofMinutes(10).toMillis());
        }
    }

    private static List<Container> containers(String owner) {
        return DockerClientFactory.instance()
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Owner.LABEL, owner))
                .exec();
    }

    private static Choice choice(Place place) {
        DockerEngine engine = new DockerEngine();
        assumeTrue(place == Place.PROCESS || engine.absence().isEmpty(), "needs a Docker engine");
        return Choice.of(new Wish(place, Optional.empty()), engine);
    }

    private static KafkaProducer<String, String> producer(TestBroker broker, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        settings.put("acks", "all");
        settings.put("linger.ms", 0);
        settings.put("request.timeout.ms", 2000);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void produce(TestBroker broker, String value) throws Exception {
        try (KafkaProducer<String, String> producer = producer(broker, Map.of())) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get(60, TimeUnit.SECONDS);
        }
    }

    private static List<String> consume(TestBroker broker, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", "readers", "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            Awaitility.await(count + " records")
                    .atMost(Duration.ofSeconds(60))
                    .pollInSameThread()
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                        return values.size() >= count;
                    });
        }
        return values;
    }
}
