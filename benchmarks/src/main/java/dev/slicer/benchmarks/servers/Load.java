package dev.slicer.benchmarks.servers;

import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.Answers.Answer;
import dev.slicer.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Requests to one server, a text each, the texts one after the other and over again. */
public final class Load {
    /** Longer than anybody waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long SEED = 42;

    static {
        // Servers close connections that were idle for some seconds; a request on such a connection would fail.
        System.setProperty("jdk.httpclient.keepalive.timeout", "2");
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final List<HttpRequest> requests;
    private final AtomicInteger next = new AtomicInteger();

    public Load(URI server, List<String> texts) {
        this(texts, HttpRequest.newBuilder(server.resolve("/v1/tag")));
    }

    /** @param client address of the one that a proxy would ask for */
    public Load(URI server, List<String> texts, String client) {
        this(texts, HttpRequest.newBuilder(server.resolve("/v1/tag")).header("X-Forwarded-For", client));
    }

    private Load(List<String> texts, HttpRequest.Builder request) {
        this.requests = texts.stream()
                .map(text -> request.copy()
                        .header("Content-Type", "application/json")
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json(text)))
                        .build())
                .toList();
    }

    /** True for so long from now. */
    public static BooleanSupplier lasting(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() < end;
    }

    /** True so many times. */
    public static BooleanSupplier times(int count) {
        AtomicInteger asked = new AtomicInteger();
        return () -> asked.getAndIncrement() < count;
    }

    /**
     * Sends at random moments (a Poisson process) that do not depend on the answers, as many users do who know nothing of each
     * other, and waits for the last answer. Latency counts from the moment that a request was due, so a server that falls
     * behind cannot hide it.
     */
    public Answers atRate(double perSecond, BooleanSupplier goesOn) {
        Random random = new Random(SEED);
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        Instant start = Instant.now();
        long startNanos = System.nanoTime();
        double due = 0;
        while (true) {
            due += -Math.log(1 - random.nextDouble()) / perSecond * 1e9;
            long dueNanos = startNanos + (long) due;
            for (long wait = dueNanos - System.nanoTime(); wait > 0; wait = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            if (!goesOn.getAsBoolean()) {
                return new Answers(answers.stream().map(CompletableFuture::join).toList());
            }
            Instant dueAt = start.plusNanos((long) due);
            answers.add(send().thenApply(
                            status -> new Answer(dueAt, Duration.ofNanos(System.nanoTime() - dueNanos), status)));
        }
    }

    /** As many requests at once as there are clients: each sends its next one when it has its answer. */
    public Answers closedLoop(int clients, BooleanSupplier goesOn) {
        List<Answer> answers = Collections.synchronizedList(new ArrayList<>());
        closedLoop(clients, goesOn, answers::add);
        return new Answers(answers);
    }

    public void closedLoop(int clients, BooleanSupplier goesOn, Consumer<Answer> sink) {
        List<Thread> threads = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            Thread thread = new Thread(() -> {
                while (goesOn.getAsBoolean()) {
                    Instant due = Instant.now();
                    long start = System.nanoTime();
                    int status = send().join();
                    sink.accept(new Answer(due, Duration.ofNanos(System.nanoTime() - start), status));
                }
            });
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Integer> send() {
        HttpRequest request = requests.get(Math.floorMod(next.getAndIncrement(), requests.size()));
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle((response, failure) -> failure == null ? response.statusCode() : noAnswer(failure));
    }

    private static int noAnswer(Throwable failure) {
        Progress.say("  no answer: %s", failure.getMessage());
        return Answer.NONE;
    }

    private static byte[] json(String text) {
        try {
            return Json.mapper().writeValueAsBytes(Map.of("text", text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
