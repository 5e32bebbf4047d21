package dev.slicer.benchmarks.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.benchmarks.measuring.Measurements;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.benchmarks.servers.InferenceServer;
import dev.slicer.benchmarks.servers.KafkaSubject;
import dev.slicer.benchmarks.servers.Load;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.Answers.Answer;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.broker.LocalBroker;
import dev.slicer.checkpoint.Checkpoint;
import dev.slicer.checkpoint.FileCheckpointStore;
import dev.slicer.checkpoint.Manifest;
import dev.slicer.checkpoint.signing.ManifestSignature;
import dev.slicer.encoder.EncoderConfig;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.EventJson;
import dev.slicer.events.Topics;
import dev.slicer.labels.LabelSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What callers notice while the service exchanges its model for one that is announced: two models, announced in turn. */
public final class Swap {
    private static final String SUBJECT = "slicer";
    private static final int SWAPS = 5;
    private static final List<String> MODELS = List.of("benchmark-a", "benchmark-b");
    private static final int CLIENTS = 16;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(100);
    /** What the exchange may stir up counts as part of it. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private final BenchmarkOptions options;
    private final Inputs inputs;
    private final Measurements measurements;

    public Swap(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
        this.measurements = new Measurements(options.figureName());
    }

    /** From the beginning of loading until a little after the exchange. */
    private record Window(Instant start, Instant end) {
        boolean contains(Answer answer) {
            return !answer.due().isBefore(start) && answer.due().isBefore(end);
        }
    }

    public boolean measure() throws IOException, InterruptedException {
        Path checkpoint = inputs.checkpoint();
        List<String> texts = inputs.texts(checkpoint);
        for (int run = 1; run <= options.runs(); run++) {
            Progress.say("run %d of %d", run, options.runs());
            try (WorkFolder folder = WorkFolder.in(inputs.folder());
                    LocalBroker broker = KafkaSubject.broker(options.installation(), folder)) {
                FileCheckpointStore store =
                        new FileCheckpointStore(folder.path().resolve("store"));
                for (String model : MODELS) {
                    publish(checkpoint, store, model, folder);
                }
                try (InferenceServer server = InferenceServer.ofAnnouncements(
                                options.installation(), folder.path(), store.root(), broker);
                        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                                Map.of("bootstrap.servers", broker.bootstrapServers()),
                                new ByteArraySerializer(),
                                new ByteArraySerializer())) {
                    Announcer announcer = new Announcer(producer, store, checkpoint);
                    announcer.announce(MODELS.get(0));
                    run(server.awaitReady(), announcer, texts);
                }
            }
        }
        measurements.print();
        return true;
    }

    private void run(InferenceServer server, Announcer announcer, List<String> texts) {
        Load load = new Load(server.address(), texts);
        load.closedLoop(CLIENTS, Load.lasting(options.seconds()));
        Answers full = load.closedLoop(CLIENTS, Load.lasting(options.seconds()));
        double rate = full.count(Answer::accepted) / (double) options.seconds().toSeconds() / 2;
        Progress.say("  %s, %.1f requests/s, half of what it can do", server.description(), rate);

        AtomicBoolean over = new AtomicBoolean();
        Instant start = Instant.now();
        CompletableFuture<Answers> steady = CompletableFuture.supplyAsync(() -> load.atRate(rate, () -> !over.get()));
        InferenceServer.pause(options.seconds().multipliedBy(2));
        Instant first = Instant.now();
        ResidentMemory before = server.memory();
        List<Window> windows = new ArrayList<>();
        for (int swap = 1; swap <= SWAPS; swap++) {
            windows.add(swap(server, announcer, MODELS.get(swap % MODELS.size())));
        }
        over.set(true);
        Answers all = steady.join();
        Answers during = all.where(answer -> windows.stream().anyMatch(window -> window.contains(answer)));
        keep(server, all, all.where(new Window(start, first)::contains), during, before);
    }

    private void keep(InferenceServer server, Answers all, Answers before, Answers during, ResidentMemory atFirst) {
        OptionalDouble calm = before.percentile(0.99);
        OptionalDouble stirred = during.percentile(0.99);
        ResidentMemory after = server.memory();
        measurements.add(SUBJECT, "failed-requests", "requests", all.count(answer -> !answer.accepted()));
        measurements.add(SUBJECT, "requests-during", "requests", during.count());
        measurements.add(SUBJECT, "p99-before", "ms", calm.stream().toArray());
        measurements.add(SUBJECT, "p99-during", "ms", stirred.stream().toArray());
        if (calm.isPresent() && stirred.isPresent()) {
            measurements.add(SUBJECT, "p99-during-to-before", "ratio", stirred.getAsDouble() / calm.getAsDouble());
        }
        measurements.add(SUBJECT, "resident-before", "MiB", atFirst.residentMib());
        measurements.add(SUBJECT, "resident-after-" + SWAPS, "MiB", after.residentMib());
        measurements.add(SUBJECT, "peak-memory", "MiB", after.peakMib());
        Progress.say(
                "  %d requests, %d of them during swaps, %d failed; p99 %.0f ms before, %.0f ms during; %.0f MiB before, %.0f after",
                all.count(),
                during.count(),
                all.count(answer -> !answer.accepted()),
                calm.orElse(Double.NaN),
                stirred.orElse(Double.NaN),
                atFirst.residentMib(),
                after.residentMib());
    }

    /** Announces the model and waits until it serves and callers have had time to notice. */
    private Window swap(InferenceServer server, Announcer announcer, String model) {
        announcer.announce(model);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        JsonNode serving = server.model();
        while (!serving.path("modelId").asText().equals(model)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(model + " does not serve; end of the log:\n" + server.logTail());
            }
            InferenceServer.pause(POLL);
            serving = server.model();
        }
        double seconds = serving.path("loadSeconds").asDouble();
        Instant exchanged = Instant.parse(serving.path("loadedAt").asText());
        measurements.add(SUBJECT, "loading-time", "s", seconds);
        Progress.say("  %s serves after %.1f s", model, seconds);
        InferenceServer.pause(AFTERMATH.plus(options.seconds()));
        return new Window(exchanged.minusMillis((long) (seconds * 1000)), exchanged.plus(AFTERMATH));
    }

    /** Hard links: the files are read only. */
    private static void publish(Path checkpoint, FileCheckpointStore store, String id, WorkFolder folder)
            throws IOException {
        Path staged = Files.createDirectory(folder.path().resolve("staged"));
        try (Stream<Path> files = Files.list(checkpoint)) {
            for (Path file : files.filter(
                            one -> !one.endsWith(Manifest.FILE_NAME) && !one.endsWith(ManifestSignature.FILE_NAME))
                    .toList()) {
                Files.createLink(staged.resolve(file.getFileName()), file);
            }
        }
        int hiddenSize = EncoderConfig.read(checkpoint).hiddenSize();
        store.publish(
                staged,
                new Manifest(
                        id,
                        Instant.now(),
                        List.of(),
                        "benchmark",
                        hiddenSize,
                        hiddenSize,
                        Map.of(),
                        0,
                        labels(checkpoint).labels(),
                        Map.of(),
                        Map.of()));
    }

    private static LabelSet labels(Path checkpoint) {
        return EncoderConfig.read(checkpoint).labels().orElseThrow();
    }

    /** Tells the service of checkpoints, as a trainer does. */
    private record Announcer(KafkaProducer<byte[], byte[]> producer, FileCheckpointStore store, Path checkpoint) {
        void announce(String id) {
            Checkpoint published = store.find(id).orElseThrow();
            CheckpointPublished event = new CheckpointPublished(
                    id,
                    published.uri(),
                    "benchmark",
                    OptionalInt.empty(),
                    labels(checkpoint).labels(),
                    Instant.now(),
                    Optional.of(published.digest()));
            producer.send(new ProducerRecord<>(
                    Topics.defaults().checkpoints(),
                    event.key().getBytes(StandardCharsets.UTF_8),
                    EventJson.write(event)));
            producer.flush();
        }
    }
}
