package dev.slicer.benchmarks.suite;

import dev.slicer.benchmarks.measuring.Measurements;
import dev.slicer.benchmarks.measuring.Progress;
import dev.slicer.benchmarks.servers.InferenceServer;
import dev.slicer.benchmarks.servers.Load;
import dev.slicer.benchmarks.workload.Answers;
import dev.slicer.benchmarks.workload.Answers.Answer;
import dev.slicer.benchmarks.workload.WorkFolder;
import dev.slicer.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a client that floods the service costs one that asks now and then: its waits alone, and beside the other one. */
public final class RestFairness {
    private static final String SUBJECT = "slicer";
    /** So many that the slowest of a hundred says something. */
    private static final int REQUESTS = 200;

    private static final int QUICK_REQUESTS = 50;
    private static final int SENTENCES_OF_A_LONG_TEXT = 20;
    /**
     * Of long texts: some ten times what two cores can do. Not as many as can be sent, since the client's own work is done on the same
     * cores.
     */
    private static final double FLOOD_PER_SECOND = 60;

    /** Until the flood fills its part of the queue. */
    private static final Duration RISE = Duration.ofSeconds(2);

    private final BenchmarkOptions options;
    private final Inputs inputs;
    private final Measurements measurements;
    private final int requests;

    public RestFairness(BenchmarkOptions options, Inputs inputs) {
        this.options = options;
        this.inputs = inputs;
        this.measurements = new Measurements(options.figureName());
        this.requests = options.isQuick() ? QUICK_REQUESTS : REQUESTS;
    }

    public boolean measure() throws IOException, InterruptedException {
        Path checkpoint = inputs.checkpoint();
        List<String> longTexts = longTexts(inputs.texts(checkpoint));
        try (WorkFolder folder = WorkFolder.in(inputs.folder());
                InferenceServer server = InferenceServer.ofCheckpointForManyClients(
                                options.installation(), folder.path(), checkpoint)
                        .awaitReady()) {
            Load good = new Load(server.address(), Workload.shortRequests(options.data()), "192.0.2.1");
            Load hostile = new Load(server.address(), longTexts, "192.0.2.2");
            good.closedLoop(1, Load.times(requests));
            for (int run = 1; run <= options.runs(); run++) {
                Progress.say("run %d of %d", run, options.runs());
                double alone = keep("alone", good.closedLoop(1, Load.times(requests)));
                AtomicBoolean over = new AtomicBoolean();
                CompletableFuture<Answers> flood =
                        CompletableFuture.supplyAsync(() -> hostile.atRate(FLOOD_PER_SECOND, () -> !over.get()));
                double beside;
                try {
                    InferenceServer.pause(RISE);
                    beside = keep("beside", good.closedLoop(1, Load.times(requests)));
                } finally {
                    over.set(true);
                }
                measurements.add(SUBJECT, "p99-beside-to-alone", "ratio", beside / alone);
                Answers floods = flood.join();
                measurements.add(
                        SUBJECT, "refused-flood", "share", floods.count(Answer::refused) / (double) floods.count());
                Progress.say(
                        "  the flood: %d answered, %d refused",
                        floods.count(Answer::accepted), floods.count(Answer::refused));
            }
        }
        measurements.print();
        return true;
    }

    /** @return p99 in milliseconds */
    private double keep(String when, Answers answers) {
        double p50 = answers.percentile(0.5).orElse(Double.NaN);
        double p99 = answers.percentile(0.99).orElse(Double.NaN);
        measurements.add(SUBJECT, "p50-" + when, "ms", p50);
        measurements.add(SUBJECT, "p99-" + when, "ms", p99);
        measurements.add(
                SUBJECT,
                "failed-" + when,
                "share",
                answers.count(answer -> !answer.accepted()) / (double) answers.count());
        Progress.say("  the good client %s: p50 %.1f ms, p99 %.1f ms", when, p50, p99);
        return p99;
    }

    private static List<String> longTexts(List<String> sentences) {
        List<String> texts = new ArrayList<>();
        for (int from = 0; from + SENTENCES_OF_A_LONG_TEXT <= sentences.size(); from += SENTENCES_OF_A_LONG_TEXT) {
            texts.add(String.join(" ", sentences.subList(from, from + SENTENCES_OF_A_LONG_TEXT)));
        }
        return texts;
    }
}
