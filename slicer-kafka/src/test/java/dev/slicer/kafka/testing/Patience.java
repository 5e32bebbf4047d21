package dev.slicer.kafka.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Awaitility, with a limit that a busy machine keeps: a test that waits in vain fails, however slow the others are. */
public final class Patience {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private Patience() {}

    /**
     * Looks at once, and on the calling thread, which may own a Kafka client.
     *
     * @param what to be read in the message of a test that waits in vain
     */
    public static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK_EVERY)
                .pollInSameThread()
                .dontCatchUncaughtExceptions();
    }
}
