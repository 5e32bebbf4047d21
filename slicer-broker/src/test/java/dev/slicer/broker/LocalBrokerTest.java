package dev.slicer.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class LocalBrokerTest {
    private static final String TOPIC = "greetings";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void shouldDeliverWhatWasProduced() throws Exception {
        // Given
        try (LocalBroker broker = LocalBroker.start(folder)) {
            // When
            produce(broker, "hello");

            // Then
            assertThat(consume(broker, 1)).containsExactly("hello");
        }
    }

    @Test
    void shouldKeepAcknowledgedRecordsWhenKilledAndRestarted() throws Exception {
        // Given
        try (LocalBroker broker = LocalBroker.start(folder)) {
            String address = broker.bootstrapServers();
            produce(broker, "before the crash");

            // When
            broker.kill();
            assertThat(broker.isAlive()).isFalse();
            broker.restart();
            produce(broker, "after the crash");

            // Then
            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(consume(broker, 2)).containsExactly("before the crash", "after the crash");
        }
    }

    @Test
    void shouldSayThatThePortIsInUse() throws Exception {
        // Given
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            // When // Then
            assertThatThrownBy(() -> LocalBroker.start(folder, port))
                    .isInstanceOf(BrokerException.class)
                    .hasMessage(
                            "port " + port + " on 127.0.0.1 is in use; stop what listens there or choose another port");
        }
    }

    @Test
    void shouldShowTheEndOfTheLogWhenTheBrokerDoesNotStart() throws Exception {
        // Given a folder of another cluster
        Files.createDirectories(folder.resolve("topics"));
        Files.writeString(
                folder.resolve("topics/meta.properties"), "version=1\ncluster.id=another-cluster\nnode.id=7\n");

        // When // Then
        assertThatThrownBy(() -> LocalBroker.start(folder))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("while starting; end of " + folder.resolve("broker.log"))
                .hasMessageContaining("another-cluster");
    }

    @Test
    void shouldReadOnlyTheJarsThatTheLastBuildNames() throws Exception {
        // Given a folder in which an earlier build has left a jar that would come first
        Path lib = Path.of(System.getProperty(LocalBroker.LIB_PROPERTY));
        Path mixed = Files.createDirectories(folder.resolve("lib"));
        Files.copy(lib.resolve("class-path"), mixed.resolve("class-path"));
        for (Path jar : KafkaJars.in(lib).files()) {
            Files.createSymbolicLink(mixed.resolve(jar.getFileName()), jar);
        }
        Path stale = Files.createFile(mixed.resolve("a-kafka_2.13-0.1.jar"));

        // When
        List<Path> files = KafkaJars.in(mixed).files();

        // Then
        assertThat(files)
                .doesNotContain(stale)
                .isNotEmpty()
                .allMatch(Files::isRegularFile)
                .anyMatch(jar -> jar.getFileName().toString().startsWith("kafka-clients-"));
    }

    @Test
    void shouldSayWhatToBuildWhenAJarIsMissing() throws Exception {
        // Given
        Files.writeString(folder.resolve("class-path"), "kafka-0.1.jar");

        // When // Then
        assertThatThrownBy(() -> KafkaJars.in(folder))
                .isInstanceOf(BrokerException.class)
                .hasMessage(folder.resolve("kafka-0.1.jar") + " cannot be read (system property slicer.broker.lib);"
                        + " build the module slicer-broker/kafka to fill its folder");
    }

    @Test
    void shouldEndWithItsParentWhenTheParentIsKilled() throws Exception {
        // Given a parent in a process of its own
        Path report = folder.resolve("report");
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + LocalBroker.LIB_PROPERTY + "=" + System.getProperty(LocalBroker.LIB_PROPERTY),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.resolve("data").toString(),
                        report.toString())
                .inheritIO()
                .start();
        Awaitility.await("the broker of the parent")
                .atMost(LIMIT)
                .until(() -> Files.exists(report) || !parent.isAlive());
        ProcessHandle broker = parent.toHandle().children().findFirst().orElseThrow();
        assertThat(broker.isAlive()).isTrue();

        // When
        parent.destroyForcibly().waitFor();

        // Then
        broker.onExit().get(30, TimeUnit.SECONDS);
    }

    /** Starts a broker and waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            LocalBroker.start(Path.of(arguments[0]));
            Files.createFile(Path.of(arguments[1]));
            Thread.sleep(Duration.ofMinutes(10).toMillis());
        }
    }

    private static void produce(LocalBroker broker, String value) throws Exception {
        Map<String, Object> configuration = Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(configuration, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, value)).get(60, TimeUnit.SECONDS);
        }
    }

    private static List<String> consume(LocalBroker broker, int count) {
        Map<String, Object> configuration = Map.of(
                "bootstrap.servers", broker.bootstrapServers(), "group.id", "readers", "auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(configuration, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            Awaitility.await(count + " records")
                    .atMost(LIMIT)
                    .pollInSameThread()
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                        return values.size() >= count;
                    });
        }
        return values;
    }
}
