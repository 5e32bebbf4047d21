package dev.slicer.service.health;

import dev.slicer.kafka.reading.TopicReader;
import dev.slicer.kafka.reading.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** The loops that a service lives by, as its probes see them: one that has stopped is told from one that waits. */
public record TopicReaders(List<TopicReader> all) {
    /** Polling goes on whatever else a service does; only a rebalance holds it up, until the work that was begun stops. */
    private static final Duration SILENCE = Duration.ofMinutes(3);

    public TopicReaders {
        all = List.copyOf(all);
    }

    /** Down once one of them has failed, so that nothing but a restart helps. */
    public HealthCheckResponseBuilder liveness(String name) {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name).up();
        failure().ifPresent(failure -> response.down().withData("failure", failure));
        return response;
    }

    /**
     * Up while all of them poll and the service has read what it needs of the past.
     *
     * @param problem what holds them up, although they poll
     */
    public HealthCheckResponseBuilder readiness(String name, boolean caughtUp, Optional<String> problem, Instant now) {
        Duration silence = Duration.between(lastPoll(), now);
        HealthCheckResponseBuilder response = HealthCheckResponse.named(name)
                .withData("state", problem.isPresent() ? "HELD_UP" : "RUNNING")
                .status(caughtUp && silence.compareTo(SILENCE) < 0)
                .withData("caughtUp", caughtUp)
                .withData("secondsSinceLastPoll", silence.toSeconds());
        problem.ifPresent(text -> response.withData("problem", text));
        return response;
    }

    /** From where they would read on. */
    public Waiting waiting() {
        return Waiting.ofAll(all.stream().map(TopicReader::waiting).toList());
    }

    private Optional<String> failure() {
        return all.stream()
                .map(TopicReader::failure)
                .flatMap(Optional::stream)
                .map(RuntimeException::toString)
                .findFirst();
    }

    private Instant lastPoll() {
        return all.stream().map(TopicReader::lastPoll).min(Instant::compareTo).orElse(Instant.MIN);
    }
}
