package dev.slicer.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.broker.ChildJvm;
import dev.slicer.broker.LocalBroker;
import dev.slicer.events.DocumentEvent;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The same texts through the inference service as it is shipped and a real broker, exactly once. A run's documents lie on
 * the broker in a transaction of their own, so all of them appear at one moment, when the clock starts; it stops when a
 * reader of committed records has the last answer.
 */
public final class KafkaSubject implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Topics topics = Topics.defaults();
    private final List<String> texts;
    private final Path folder;
    private final URI address;
    private final LocalBroker broker;
    private final ChildJvm service;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> reader;

    /** @param args folder of the checkpoint, text file with one document a line, Slicer's folder */
    public static void main(String[] args) throws IOException {
        Path installation = Path.of(args[2]);
        System.setProperty(
                LocalBroker.LIB_PROPERTY,
                installation.resolve("slicer-broker/kafka/target/lib").toString());
        try (KafkaSubject subject =
                new KafkaSubject(Path.of(args[0]), Files.readAllLines(Path.of(args[1])), installation)) {
            String precision = subject.awaitModel();
            subject.seconds();
            Subject.serve("precision " + precision, subject::seconds);
        }
    }

    private KafkaSubject(Path checkpoint, List<String> texts, Path installation) throws IOException {
        this.texts = texts;
        this.folder = Files.createTempDirectory("slicer-kafka-path");
        this.broker = LocalBroker.start(folder.resolve("broker"));
        int port = freePort();
        this.address = URI.create("http://127.0.0.1:" + port);
        Path jar = installation.resolve("inference-service/target/quarkus-app/quarkus-run.jar");
        this.service = ChildJvm.start(new ChildJvm.Command(
                List.of("-XX:+UseSerialGC", "-Xmx1g", "-Dai.djl.offline=true"),
                List.of(jar.toString()),
                mainClass(jar),
                List.of(),
                Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                        "SLICER_INFERENCE_CHECKPOINT",
                                checkpoint.toAbsolutePath().toString(),
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", Integer.toString(port)),
                folder.resolve("service.log"),
                folder));
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "benchmark"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.reader = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Waits until documents are read; the precision that the service has chosen. */
    private String awaitModel() throws IOException {
        HttpClient http = HttpClient.newHttpClient();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (get(http, "/q/health/ready")
                .filter(health -> health.toString().contains("RUNNING"))
                .isEmpty()) {
            if (!service.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the inference service is not ready:\n" + service.outputTail(20));
            }
            pause();
        }
        List<TopicPartition> partitions = reader.partitionsFor(topics.entities()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        reader.assign(partitions);
        producer.initTransactions();
        return get(http, "/v1/models")
                .map(models -> models.at("/current/precision").asText())
                .orElseThrow(() -> new IOException("the inference service does not say which model it serves"));
    }

    private double seconds() {
        reader.seekToEnd(reader.assignment());
        reader.assignment().forEach(reader::position);
        producer.beginTransaction();
        for (int i = 0; i < texts.size(); i++) {
            DocumentEvent document = new DocumentEvent(Integer.toString(i), texts.get(i), Optional.empty(), List.of());
            producer.send(new ProducerRecord<>(
                    topics.documents(), document.key().getBytes(StandardCharsets.UTF_8), EventJson.write(document)));
        }
        producer.flush();
        long start = System.nanoTime();
        producer.commitTransaction();
        int answers = 0;
        while (answers < texts.size()) {
            answers += reader.poll(POLL).count();
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new IllegalStateException(answers + " answers to " + texts.size() + " documents in " + LIMIT
                        + "; end of the service's log:\n" + service.outputTail(20));
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private Optional<JsonNode> get(HttpClient http, String path) {
        try {
            HttpResponse<byte[]> response = http.send(
                    HttpRequest.newBuilder(address.resolve(path)).timeout(LIMIT).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            return response.statusCode() == 200
                    ? Optional.of(Json.mapper().readTree(response.body()))
                    : Optional.empty();
        } catch (IOException notYetThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String mainClass(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Main-Class");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        reader.close();
        service.close();
        broker.close();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
