package dev.slicer.service.edge;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * What one client may ask of a service, so that others get their share. A client is a caller who is known, else an address.
 */
@ConfigMapping(prefix = "slicer.limits")
interface LimitsConfig {
    /**
     * Number of requests that a client may send a second, and at once after a pause. More are refused with 429. A key's own
     * rate goes before.
     */
    @WithDefault("2000")
    @Min(1)
    int requestsPerSecond();

    /** Number of a client's requests that may be open at once, streams included. More are refused with 429. */
    @WithDefault("256")
    @Min(1)
    int openRequests();

    /** Number of streams that may be open at once, of lines and of events, of all clients. More are refused with 503. */
    @WithDefault("100")
    @Min(1)
    int streams();

    /** Number of them that one client may have open. More are refused with 429. */
    @WithDefault("20")
    @Min(1)
    int streamsPerClient();

    /**
     * Size of all bodies of requests that may be in memory at once; a single client may have half of it. A body for which
     * there is no room is refused with 429, of a client alone, or 503. Default: an eighth of the heap, at least twice
     * {@code quarkus.http.limits.max-body-size}.
     */
    Optional<MemorySize> bodies();

    /**
     * How long a body that is being sent, or an answer that is being fetched, may make no progress (less than 1 KiB). After that
     * the connection is closed. In a stream of lines a blank line is progress.
     */
    @WithDefault("30s")
    @DurationMin(millis = 100, message = "must be at least 0.1 s, got ${validatedValue}")
    Duration stalled();
}
