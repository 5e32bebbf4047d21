package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Growth;
import dev.slicer.benchmarks.measuring.Measurements;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.measuring.ResidentMemory;
import dev.slicer.benchmarks.servers.InferenceServer;
import dev.slicer.benchmarks.servers.KafkaSubject;
import dev.slicer.benchmarks.servers.Load;
import dev.slicer.benchmarks.workload.Answers.Answer;
import dev.slicer.benchmarks.workload.DocumentFeed;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.broker.LocalBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The inference service with all that it can do, over REST and Kafka at once: its memory must not grow, and nothing may
 * go wrong.
 */
public final class Soak {
    private static final String SUBJECT = "slicer";
    /** More than one forward pass takes up, fewer than the queue refuses. */
    private static final int CLIENTS = 16;

    private static final double MOST_GROWTH = 0.1;
    /** Until heap and allocator have met what they need; errors count all the same. */
    private static final Duration WARM_UP = Duration.ofMinutes(1);

    private static final Duration SAMPLE = Duration.ofSeconds(5);

    private final BenchmarkOptions options;
    private final Inputs inputs;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong documents = new AtomicLong();
    private final List<Double> resident = new ArrayList<>();

    public Soak(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
    }

    /** Whether nothing failed and memory stayed what it was. */
    public boolean measure() throws IOException, InterruptedException {
        Path checkpoint = inputs.checkpoint();
        List<String> texts = inputs.texts(checkpoint);
        try (WorkFolder folder = WorkFolder.in(inputs.folder());
                LocalBroker broker = KafkaSubject.broker(options.installation(), folder);
                InferenceServer server = InferenceServer.ofStream(
                                options.installation(), folder.path(), checkpoint, broker)
                        .awaitReady()) {
            Progress.say(
                    "%s, %d clients and the stream, %d min",
                    server.description(), CLIENTS, options.minutes().toMinutes());
            BooleanSupplier time = Load.lasting(WARM_UP.plus(options.minutes()));
            BooleanSupplier goesOn = () -> time.getAsBoolean() && server.isAlive();
            CompletableFuture<Void> stream = CompletableFuture.runAsync(() -> stream(broker, texts, goesOn));
            CompletableFuture<Void> rest = CompletableFuture.runAsync(
                    () -> new Load(server.address(), texts).closedLoop(CLIENTS, goesOn, this::count));
            InferenceServer.pause(WARM_UP);
            watch(server, goesOn);
            if (!server.isAlive()) {
                throw new IllegalStateException("the inference service ended:\n" + server.logTail());
            }
            CompletableFuture.allOf(stream, rest).join();
            errors.addAndGet((long) (server.counter("slicer_dead_letters_total")
                    + server.counter("slicer_stream_transactions_aborted_total")));
        }
        return print();
    }

    private void count(Answer answer) {
        (answer.accepted() ? accepted : errors).incrementAndGet();
    }

    private void stream(LocalBroker broker, List<String> texts, BooleanSupplier goesOn) {
        try (DocumentFeed feed = new DocumentFeed(broker, texts)) {
            while (goesOn.getAsBoolean()) {
                feed.seconds();
                documents.addAndGet(texts.size());
            }
        }
    }

    /** Reads the memory every few seconds and says each minute how things are. */
    private void watch(InferenceServer server, BooleanSupplier goesOn) {
        long next = System.nanoTime();
        while (goesOn.getAsBoolean()) {
            ResidentMemory memory = server.memory();
            resident.add(memory.residentMib());
            if (resident.size() % (60 / SAMPLE.toSeconds()) == 0) {
                Progress.say(
                        "  minute %d: %.0f MiB resident, %.0f of them its own; %d requests and %d documents answered, %d errors",
                        resident.size() / (60 / SAMPLE.toSeconds()),
                        memory.residentMib(),
                        memory.anonymousMib(),
                        accepted.get(),
                        documents.get(),
                        errors.get());
            }
            next += SAMPLE.toNanos();
            InferenceServer.pause(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }
    }

    private boolean print() {
        Growth growth = Growth.of(resident);
        double seconds = WARM_UP.plus(options.minutes()).toSeconds();
        Measurements measurements = new Measurements(options.figureName());
        measurements.add(SUBJECT, "request-throughput", "requests/s", accepted.get() / seconds);
        measurements.add(SUBJECT, "document-throughput", "documents/s", documents.get() / seconds);
        measurements.add(SUBJECT, "errors", "errors", errors.get());
        measurements.add(SUBJECT, "resident-early", "MiB", growth.early());
        measurements.add(SUBJECT, "resident-late", "MiB", growth.late());
        measurements.add(SUBJECT, "growth", "%", growth.share() * 100);
        measurements.print();
        boolean flat = growth.share() <= MOST_GROWTH;
        if (errors.get() > 0 || !flat) {
            Progress.say(
                    "the soak failed: %d errors, resident memory grew by %.1f%%", errors.get(), growth.share() * 100);
        }
        return errors.get() == 0 && flat;
    }
}
