package dev.slicer.evaluator.totals;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.EventJson;
import dev.slicer.events.ScoreTotals;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.KeyValueStore;

/** Scores added up without a broker, on a clock of its own. */
final class TotalsDriver implements AutoCloseable {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration KEEP = Duration.ofDays(90);

    private final Topics topics = Topics.defaults();
    private final KafkaEvents events = new KafkaEvents(URI.create("/test"), Clock.fixed(START, ZoneOffset.UTC));
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> scores;
    private final TestOutputTopic<byte[], byte[]> published;
    private final SortedMap<String, ScoreTotals> totals = new TreeMap<>();
    private int records;
    private Instant now = START;

    TotalsDriver() {
        this(new RecordSizes());
    }

    TotalsDriver(RecordSizes sizes) {
        StreamsBuilder builder = new StreamsBuilder();
        ScoreAggregation.addTo(
                builder.stream(topics.scores(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                        .mapValues(value -> EventJson.read(value, DocumentScored.class)),
                KEEP,
                false,
                topics,
                events,
                sizes,
                new PassedOver(registry));
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "totals");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        driver = new TopologyTestDriver(builder.build(), properties, START);
        scores = driver.createInputTopic(topics.scores(), new ByteArraySerializer(), new ByteArraySerializer());
        published = driver.createOutputTopic(
                topics.scoreTotals(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void score(DocumentScored score) {
        scores.pipeInput(score.key().getBytes(StandardCharsets.UTF_8), EventJson.write(score), now);
    }

    /** Also what takes some ticks of its own: what counts no more has been found, and all is published. */
    void pass(Duration time) {
        driver.advanceWallClockTime(time);
        now = now.plus(time);
        for (int tick = 0; tick < 3; tick++) {
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            now = now.plusSeconds(1);
        }
        read();
    }

    private void read() {
        published.readRecordsToList().forEach(record -> {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            records++;
            if (record.value() == null) {
                totals.remove(key);
            } else {
                totals.put(key, EventJson.read(record.value(), ScoreTotals.class));
            }
        });
    }

    /** As a reader of the topic has them. */
    Map<String, ScoreTotals> totals() {
        return totals;
    }

    /** How many were published. */
    int records() {
        return records;
    }

    double passedOver() {
        return registry.find("slicer.passed.over.records").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    KeyValueStore<byte[], byte[]> lastScores() {
        return driver.getKeyValueStore(LastScores.STORE);
    }

    KeyValueStore<String, byte[]> series() {
        return driver.getKeyValueStore(TotalsPublisher.STORE);
    }

    Instant now() {
        return now;
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    @Override
    public void close() {
        driver.close();
    }
}
