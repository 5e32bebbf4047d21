package dev.slicer.cli.demo;

import dev.slicer.events.DocumentEvent;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.LabelledDocument;
import dev.slicer.events.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A steady stream of documents, each with its number as a header; a labelled one also in its id. */
final class DocumentLoad implements AutoCloseable {
    static final String NUMBER = "number";

    /**
     * After this a broker that is silent counts as away, for this end of the stream as for the service. With the
     * clients' own 30 s, two or three questions to a broker that is cut off are all the time that a test has.
     */
    static final int REQUEST_TIMEOUT_MS = 2500;

    private static final int KEYS = 50;

    private final KafkaProducer<byte[], byte[]> producer;
    private final IntFunction<ProducerRecord<byte[], byte[]>> numbered;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> sending;

    DocumentLoad(String bootstrapServers, Topics topics, Duration every) {
        this(bootstrapServers, every, number -> document(topics, number));
    }

    static DocumentLoad ofLabelled(String bootstrapServers, Topics topics, Duration every) {
        return new DocumentLoad(bootstrapServers, every, number -> labelled(topics, number));
    }

    private DocumentLoad(
            String bootstrapServers, Duration every, IntFunction<ProducerRecord<byte[], byte[]>> numbered) {
        this.numbered = numbered;
        // In order and once each, however often the broker goes away.
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "delivery.timeout.ms",
                        300_000,
                        "max.block.ms",
                        300_000,
                        "request.timeout.ms",
                        REQUEST_TIMEOUT_MS,
                        // A broker that has only just heard of the topic may refuse the first batch and
                        // take the second, and then not the first any more.
                        "max.in.flight.requests.per.connection",
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        this.sending = timer.scheduleAtFixedRate(this::send, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ProducerRecord<byte[], byte[]> document(Topics topics, int number) {
        DocumentEvent document = new DocumentEvent(
                "key-" + number % KEYS, "P i b c L a d " + "e ".repeat(number % 20), Optional.of("en"), List.of());
        return record(topics.documents(), document);
    }

    private static ProducerRecord<byte[], byte[]> labelled(Topics topics, int number) {
        LabelledDocument document = new LabelledDocument(
                "document-" + number,
                "letters",
                "en",
                Optional.empty(),
                List.of("a", "P", "b", "L"),
                List.of("O", "B-PER", "O", "B-LOC"),
                Optional.empty(),
                Optional.empty());
        return record(topics.labelledDocuments(), document);
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, Event event) {
        return new ProducerRecord<>(topic, event.key().getBytes(StandardCharsets.UTF_8), EventJson.write(event));
    }

    private void send() {
        int number = sent.get();
        ProducerRecord<byte[], byte[]> record = numbered.apply(number);
        record.headers().add(NUMBER, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        producer.send(record, (metadata, refusal) -> {
            if (refusal == null) {
                taken.incrementAndGet();
            }
        });
        sent.incrementAndGet();
    }

    /** How many documents there are; their numbers begin at 0. */
    int sent() {
        return sent.get();
    }

    /** How many of them a broker has taken. */
    int taken() {
        return taken.get();
    }

    /** Sends no more and waits until the broker has them all. */
    int end() throws InterruptedException {
        sending.cancel(false);
        timer.shutdown();
        timer.awaitTermination(5, TimeUnit.MINUTES);
        producer.flush();
        return sent.get();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        producer.close(Duration.ZERO);
    }
}
