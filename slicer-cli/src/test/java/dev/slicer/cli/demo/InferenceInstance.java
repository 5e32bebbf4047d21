package dev.slicer.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The inference service as it is shipped, in a process that can be killed and started again. */
final class InferenceInstance implements AutoCloseable {
    private static final Pattern COMMITS =
            Pattern.compile("^slicer_stream_commit_seconds_count [1-9]", Pattern.MULTILINE);

    private static final Pattern ENDED =
            Pattern.compile("^slicer_stream_hanging_transactions_ended_total\\{.*\\} (\\S+)", Pattern.MULTILINE);

    private final ServiceInstance service;

    /** @param environment configuration; the transactional id is the instance's name */
    InferenceInstance(String name, Path folder, Map<String, String> environment) throws IOException {
        Map<String, String> own = new HashMap<>(environment);
        own.put("SLICER_INFERENCE_STREAM_TRANSACTIONAL_ID", name);
        this.service = new ServiceInstance("inference", name, folder, own);
    }

    String name() {
        return service.name();
    }

    /** As a crash would; what it was at is left as it is. */
    void kill() {
        service.kill();
    }

    /** It does nothing any more, though it is there, until {@link #resume}. */
    void hang() {
        service.hang();
    }

    /** It goes on as if no time had passed. */
    void resume() {
        service.resume();
    }

    void restart() throws IOException {
        service.restart();
    }

    /** What the stream says it does: {@code RUNNING}, {@code RETRYING}; empty while there is no answer. */
    Optional<String> state() {
        return service.get("/q/health/live").flatMap(health -> {
            for (JsonNode check : health.path("checks")) {
                if (check.path("name").asText().equals("stream")) {
                    return Optional.of(check.at("/data/state").asText());
                }
            }
            return Optional.empty();
        });
    }

    boolean isRunning() {
        return state().filter("RUNNING"::equals).isPresent();
    }

    /** Whether it has partitions and answers their documents: it has committed some since it was started. */
    boolean answers() {
        return service.body("/q/metrics")
                .filter(metrics -> COMMITS.matcher(metrics).find())
                .isPresent();
    }

    /** How many transactions hung and were ended since it was started. */
    long endedTransactions() {
        return service.body("/q/metrics")
                .map(metrics -> ENDED.matcher(metrics)
                        .results()
                        .mapToLong(found -> (long) Double.parseDouble(found.group(1)))
                        .sum())
                .orElse(0L);
    }

    ServiceInstance service() {
        return service;
    }

    @Override
    public void close() {
        service.close();
    }
}
