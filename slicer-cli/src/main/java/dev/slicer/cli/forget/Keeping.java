package dev.slicer.cli.forget;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Until when a topic has a record that nobody wants any more.
 *
 * @param until at the latest; empty where nothing says
 * @param why in words
 */
record Keeping(Optional<Instant> until, String why) {
    /** How often brokers look for what is over, unless configured otherwise. */
    private static final Duration CHECKED_EVERY = Duration.ofMinutes(5);

    private static final Duration AFTER_COMPACTION = Duration.ofDays(1);

    static Keeping unknown(String why) {
        return new Keeping(Optional.empty(), why);
    }

    /** @param last when the newest of the records was written */
    static Keeping of(String topic, Config config, Instant last) {
        String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        return policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? compacted(topic, number(config, TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG))
                : deleted(
                        topic,
                        number(config, TopicConfig.RETENTION_MS_CONFIG),
                        number(config, TopicConfig.SEGMENT_MS_CONFIG),
                        last);
    }

    private static Keeping deleted(String topic, long retention, long segment, Instant last) {
        if (retention < 0) {
            return unknown("for ever, retention.ms=-1: kafka-configs.sh --alter --topic " + topic
                    + " --add-config retention.ms=... deletes what is older");
        }
        try {
            // A segment is deleted as a whole, when its newest record is over.
            Instant until = last.plusMillis(retention).plusMillis(segment).plus(CHECKED_EVERY);
            return new Keeping(
                    Optional.of(until),
                    "retention.ms=" + retention + " from then on, and segment.ms=" + segment + " for its segment");
        } catch (ArithmeticException | java.time.DateTimeException e) {
            return unknown("for ever, retention.ms=" + retention + ", segment.ms=" + segment);
        }
    }

    private static Keeping compacted(String topic, long lag) {
        return unknown(
                lag <= AFTER_COMPACTION.toMillis()
                        ? "until it is compacted, max.compaction.lag.ms=" + lag + " after the next record at the latest"
                        : "until it is compacted, which may be never: kafka-configs.sh --alter --topic " + topic
                                + " --add-config max.compaction.lag.ms=" + AFTER_COMPACTION.toMillis());
    }

    private static long number(Config config, String name) {
        return Long.parseLong(value(config, name));
    }

    private static String value(Config config, String name) {
        return Optional.ofNullable(config.get(name)).map(ConfigEntry::value).orElseThrow();
    }
}
