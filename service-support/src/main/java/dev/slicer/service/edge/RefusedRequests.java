package dev.slicer.service.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what is refused or cut off before anybody looks at what it asks for, by reason. */
@Singleton
class RefusedRequests {
    enum Reason {
        /** A page of another site made a browser send it. */
        CROSS_SITE,
        /** A form of another site could have sent it. */
        CONTENT_TYPE,
        /** Its client sends more requests a second than it may. */
        RATE,
        /** As many requests of its client are open as may be. */
        OPEN_REQUESTS,
        /** As many streams are open as may be. */
        STREAMS,
        /** Its body is longer than bodies may be. */
        BODY_SIZE,
        /** The bodies that are in memory leave no room for its own. */
        BODY_MEMORY,
        /** Its body did not get on. */
        SLOW_BODY,
        /** Its answer was not fetched. */
        SLOW_READER
    }

    private final Map<Reason, Counter> counters = new EnumMap<>(Reason.class);

    @Inject
    RefusedRequests(MeterRegistry registry) {
        for (Reason reason : Reason.values()) {
            counters.put(
                    reason,
                    Counter.builder("slicer.http.refused")
                            .description("Requests that were refused or cut off before they were looked at")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
    }

    void count(Reason reason) {
        counters.get(reason).increment();
    }
}
