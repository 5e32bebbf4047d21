package dev.slicer.benchmarks.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.benchmarks.measuring.Figure;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.benchmarks.servers.EvaluatorServer;
import dev.slicer.benchmarks.servers.KafkaSubject;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.broker.LocalBroker;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.CheckpointTelemetry;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.DocumentScored.Outcome;
import dev.slicer.events.DocumentScored.ScoringCounts;
import dev.slicer.events.Event;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.json.Json;
import dev.slicer.metrics.Counts;
import dev.slicer.metrics.MatchCounts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How an evaluator starts that has nothing but what the topics hold, after others have run for long: the benchmark {@code
 * evaluator-start}.
 */
public final class EvaluatorStart {
    private static final String SUBJECT = "slicer";
    private static final Topics TOPICS = Topics.defaults();
    private static final int CHECKPOINTS = 10_000;
    private static final int SERVED = 365_000;
    /** Documents of a language of a benchmark, and languages of a benchmark. */
    private static final int DOCUMENTS = 200;

    private static final int LANGUAGES = 200;
    private static final Duration READY = Duration.ofMinutes(10);
    private static final Duration ADDED_UP = Duration.ofHours(1);
    /** How often the first one is asked what it has added up. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final int REQUESTS = 5;
    private static final String REPORT = "/v1/report";

    private final String name;
    private final Path installation;
    private final Path folder;
    private final LocalBroker broker;

    private EvaluatorStart(String name, Path installation, Path folder, LocalBroker broker) {
        this.name = name;
        this.installation = installation;
        this.folder = folder;
        this.broker = broker;
    }

    /** @param arguments Slicer's folder, an empty folder, runs, scores, the benchmark's name in its figures */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path installation = Path.of(arguments[0]);
        int runs = Integer.parseInt(arguments[2]);
        int scores = Integer.parseInt(arguments[3]);
        try (WorkFolder folder = WorkFolder.in(Path.of(arguments[1]));
                LocalBroker broker = KafkaSubject.broker(installation, folder)) {
            EvaluatorStart start = new EvaluatorStart(arguments[4], installation, folder.path(), broker);
            start.addUp(scores);
            start.measure(runs);
        }
    }

    /** What happened before: an evaluator has made the topics and added all up. */
    private void addUp(int scores) throws IOException, InterruptedException {
        try (EvaluatorServer evaluator = EvaluatorServer.start(installation, run("first"), broker)) {
            evaluator.awaitReady(READY);
            send(scores);
            long begin = System.nanoTime();
            long added = 0;
            while (added < scores) {
                if (System.nanoTime() - begin > ADDED_UP.toNanos()) {
                    throw new IllegalStateException("only " + added + " scores were added up within " + ADDED_UP);
                }
                Thread.sleep(LOOK.toMillis());
                added = documents(evaluator);
                Progress.say("  %d of %d scores are added up", added, scores);
            }
            print("addition", "scores/s", scores / ((System.nanoTime() - begin) / 1e9));
        }
    }

    private static long documents(EvaluatorServer evaluator) throws IOException, InterruptedException {
        long documents = 0;
        for (JsonNode page : pages(evaluator)) {
            for (JsonNode result : page.path("results")) {
                for (JsonNode language : result.path("languages")) {
                    documents += language.path("documents").asLong();
                }
            }
        }
        return documents;
    }

    private static List<JsonNode> pages(EvaluatorServer evaluator) throws IOException, InterruptedException {
        List<JsonNode> pages = new ArrayList<>();
        String next = REPORT;
        while (!next.isEmpty()) {
            String address = next;
            JsonNode page = Json.mapper().readTree(ok(address, () -> evaluator.get(address)));
            pages.add(page);
            next = page.path("next").asText();
        }
        return pages;
    }

    private void send(int scores) {
        Random random = new Random(1);
        Instant now = Instant.now();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "linger.ms",
                        "20",
                        "batch.size",
                        "131072",
                        "compression.type",
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < CHECKPOINTS; i++) {
                String id = "checkpoint-" + i;
                send(
                        producer,
                        TOPICS.checkpoints(),
                        new CheckpointPublished(
                                id,
                                URI.create("file:///checkpoints/" + id),
                                "mbert",
                                OptionalInt.of(96),
                                List.of("O", "B-PER", "I-PER"),
                                now.minus(Duration.ofMinutes(CHECKPOINTS - i))));
            }
            for (int i = 0; i < SERVED; i++) {
                send(
                        producer,
                        TOPICS.checkpointTelemetry(),
                        new CheckpointTelemetry(
                                "checkpoint-" + i % CHECKPOINTS,
                                CheckpointTelemetry.Kind.SERVED,
                                now.minus(Duration.ofSeconds(SERVED - i)),
                                "inference-" + i % 100,
                                Optional.empty()));
            }
            Progress.say("  %d checkpoints and %d times that one was loaded are sent", CHECKPOINTS, SERVED);
            for (int i = 0; i < scores; i++) {
                send(producer, TOPICS.scores(), score(i, random, now));
            }
            Progress.say("  %d scores are sent", scores);
        }
    }

    /** A benchmark of 200 languages with 200 documents each, then the next one. */
    private static DocumentScored score(int i, Random random, Instant now) {
        String benchmark = "benchmark-" + i / (DOCUMENTS * LANGUAGES);
        int number = i / DOCUMENTS % LANGUAGES;
        String language = "" + (char) ('a' + number / 20) + (char) ('a' + number % 20);
        SortedMap<String, Counts> byType = new TreeMap<>();
        for (String type : List.of("LOC", "ORG", "PER")) {
            Counts counts = new Counts(random.nextInt(3), random.nextInt(2), random.nextInt(2));
            if (!counts.equals(Counts.NONE)) {
                byType.put(type, counts);
            }
        }
        MatchCounts matches = new MatchCounts(random.nextInt(3), random.nextInt(2), 0, random.nextInt(2), 0);
        return new DocumentScored(
                "evaluation/" + benchmark + "/" + language + "/" + i,
                benchmark,
                language,
                "checkpoint-" + (CHECKPOINTS - 1),
                Outcome.ANSWERED,
                now,
                List.of(new ScoringCounts("strict", byType), new ScoringCounts("sub-token", byType)),
                Map.of("strict", matches, "exact", matches, "partial", matches, "ent_type", matches));
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, String topic, Event event) {
        producer.send(
                new ProducerRecord<>(topic, event.key().getBytes(StandardCharsets.UTF_8), EventJson.write(event)));
    }

    private void measure(int runs) throws IOException, InterruptedException {
        double[] ready = new double[runs];
        List<Double> report = new ArrayList<>();
        List<Double> scrape = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        List<ResidentMemory> memory = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            try (EvaluatorServer evaluator = EvaluatorServer.start(installation, run("run-" + run), broker)) {
                ready[run] = evaluator.awaitReady(READY);
                Progress.say("  run %d: ready after %.1f s", run + 1, ready[run]);
                // As a client comes by the seconds later, not one that waits for the first answer.
                Thread.sleep(Duration.ofSeconds(5).toMillis());
                millis(REPORT, () -> evaluator.get(REPORT));
                millis("metrics", evaluator::metrics);
                for (int i = 0; i < REQUESTS; i++) {
                    report.add(millis(REPORT, () -> evaluator.get(REPORT)));
                    scrape.add(millis("metrics", evaluator::metrics));
                }
                long begin = System.nanoTime();
                int pages = pages(evaluator).size();
                whole.add((System.nanoTime() - begin) / 1e6);
                Progress.say("  the whole report: %.0f ms, %d pages", whole.get(run), pages);
                memory.add(evaluator.memory());
            }
        }
        print("ready", "s", ready);
        print("report", "ms", values(report, value -> value));
        print("whole-report", "ms", values(whole, value -> value));
        print("scrape", "ms", values(scrape, value -> value));
        print("resident-memory", "MiB", values(memory, ResidentMemory::residentMib));
        print("peak-memory", "MiB", values(memory, ResidentMemory::peakMib));
    }

    private interface Request {
        HttpResponse<String> send() throws IOException, InterruptedException;
    }

    private static double millis(String what, Request request) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        String body = ok(what, request);
        double millis = (System.nanoTime() - begin) / 1e6;
        Progress.say("  %s: %.0f ms, %d KiB", what, millis, body.length() / 1024);
        return millis;
    }

    private static String ok(String what, Request request) throws IOException, InterruptedException {
        HttpResponse<String> response = request.send();
        if (response.statusCode() != 200) {
            throw new IllegalStateException(what + " was answered with " + response.statusCode());
        }
        return response.body();
    }

    private static <T> double[] values(List<T> measured, ToDoubleFunction<T> value) {
        return measured.stream().mapToDouble(value).toArray();
    }

    private void print(String metric, String unit, double... values) {
        Figure.of(name, SUBJECT, metric, unit, values).print();
    }

    private Path run(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }
}
