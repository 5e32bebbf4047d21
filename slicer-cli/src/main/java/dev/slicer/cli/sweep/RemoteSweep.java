package dev.slicer.cli.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slicer.cli.arguments.ServiceClient;
import dev.slicer.cli.console.CommandFailedException;
import dev.slicer.cli.console.Figures;
import dev.slicer.cli.console.Terminal;
import dev.slicer.events.EventJson;
import dev.slicer.events.ScoreLine;
import dev.slicer.events.SweepFormat;
import dev.slicer.events.TrainingStatus;
import dev.slicer.events.TrainingStatus.State;
import dev.slicer.experiments.ScoreLog;
import dev.slicer.io.IoProblem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Submits a sweep to a trainer service and watches its jobs. */
final class RemoteSweep {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Long enough for a restart of the trainer. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int ACCEPTED = 202;
    private static final int OK = 200;

    private final Terminal terminal;
    private final ServiceClient trainer;
    private final String name;
    private final Optional<Path> results;
    private final Set<String> over = new HashSet<>();

    RemoteSweep(Terminal terminal, ServiceClient trainer, String name, Optional<Path> results) {
        this.terminal = terminal;
        this.trainer = trainer;
        this.name = name;
        this.results = results;
    }

    /** @return whether all jobs succeeded */
    boolean run(byte[] grid, SweepFormat format, boolean json) throws InterruptedException {
        submit(grid, format);
        Thread leave = new Thread(() -> terminal.note(
                "the jobs continue; the same command watches them again, DELETE " + sweep() + " cancels them"));
        Runtime.getRuntime().addShutdownHook(leave);
        List<TrainingStatus> jobs;
        try {
            jobs = watch();
        } finally {
            removeHook(leave);
        }
        terminal.print(
                json
                        ? get(sweep(), "application/json").strip()
                        : get(sweep(), "text/markdown").strip());
        return jobs.stream().allMatch(job -> job.state() == State.SUCCEEDED);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // It is the hook's turn.
            return;
        }
    }

    private URI sweep() {
        return trainer.at("v1/sweeps/" + name);
    }

    private void submit(byte[] grid, SweepFormat format) throws InterruptedException {
        HttpRequest request = trainer.request(trainer.at("v1/sweeps"))
                .header("Content-Type", format == SweepFormat.JSON ? "application/json" : "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofByteArray(grid))
                .build();
        try {
            HttpResponse<String> response = trainer.send(request);
            if (response.statusCode() != ACCEPTED) {
                throw new CommandFailedException("the trainer refuses the sweep: " + trainer.problem(response));
            }
        } catch (IOException e) {
            throw new CommandFailedException("no trainer answers at " + trainer + ": " + IoProblem.of(e), e);
        }
    }

    private List<TrainingStatus> watch() throws InterruptedException {
        while (true) {
            List<TrainingStatus> jobs = jobs();
            tellOfThoseThatEnded(jobs);
            if (over.size() == jobs.size()) {
                return jobs;
            }
            terminal.progress(describe(jobs));
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    private List<TrainingStatus> jobs() throws InterruptedException {
        JsonNode view =
                EventJson.read(get(sweep(), "application/json").getBytes(StandardCharsets.UTF_8), JsonNode.class);
        List<TrainingStatus> jobs = new ArrayList<>();
        view.path("runs")
                .forEach(run -> jobs.add(EventJson.read(EventJson.write(run.path("status")), TrainingStatus.class)));
        return jobs;
    }

    private void tellOfThoseThatEnded(List<TrainingStatus> jobs) throws InterruptedException {
        for (TrainingStatus job : jobs) {
            if (job.state().isLast() && over.add(job.jobId())) {
                terminal.note(job.jobId() + " " + job.state() + ": " + job.message());
                if (results.isPresent() && job.state() == State.SUCCEEDED) {
                    keepScores(job.jobId(), results.get());
                }
            }
        }
    }

    private void keepScores(String jobId, Path file) throws InterruptedException {
        JsonNode job = EventJson.read(
                get(trainer.at("v1/training-jobs/" + jobId), "application/json").getBytes(StandardCharsets.UTF_8),
                JsonNode.class);
        List<ScoreLine> scores = EventJson.read(EventJson.write(job.path("status")), TrainingStatus.class)
                .scores();
        if (!scores.isEmpty()) {
            new ScoreLog(file).append(scores);
        }
    }

    private static String describe(List<TrainingStatus> jobs) {
        long ended = jobs.stream().filter(job -> job.state().isLast()).count();
        List<String> parts = new ArrayList<>(List.of(ended + " of " + jobs.size() + " jobs done"));
        jobs.stream()
                .filter(job -> !job.state().isLast() && job.state() != State.QUEUED)
                .map(RemoteSweep::describe)
                .forEach(parts::add);
        return String.join("; ", parts);
    }

    private static String describe(TrainingStatus job) {
        String figures = job.state() == State.RUNNING && job.step() > 0
                ? Figures.training(
                        job.step(), job.totalSteps(), job.loss(), job.tokensPerSecond(), job.remainingSeconds())
                : job.message();
        return job.jobId() + " " + figures;
    }

    private String get(URI address, String type) throws InterruptedException {
        HttpRequest request = trainer.request(address).header("Accept", type).build();
        Instant end = Instant.now().plus(PATIENCE);
        while (true) {
            try {
                HttpResponse<String> response = trainer.send(request);
                if (response.statusCode() == OK) {
                    return response.body();
                }
                throw new CommandFailedException(address + " answers: " + trainer.problem(response));
            } catch (IOException e) {
                if (Instant.now().isAfter(end)) {
                    throw new CommandFailedException(
                            "the trainer at " + trainer + " does not answer any more (" + e
                                    + "); its jobs may continue, the same command watches them again",
                            e);
                }
                terminal.progress("the trainer does not answer: " + IoProblem.of(e));
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        }
    }
}
