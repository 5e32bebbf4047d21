package dev.slicer.evaluator.totals;

import dev.slicer.events.DocumentScored;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The part of the topology that adds scores up:
 *
 * <pre>
 * scores → last-scores → score-changes → totals → score-totals
 * </pre>
 */
public final class ScoreAggregation {
    private static final String CHANGES = "score-changes";

    private ScoreAggregation() {}

    /**
     * @param scores in the order in which their topic has them
     * @param keep how long a score counts, to the hour
     * @param onDisk whether what is remembered lies on disk instead of in memory
     */
    public static void addTo(
            KStream<byte[], DocumentScored> scores,
            Duration keep,
            boolean onDisk,
            Topics topics,
            KafkaEvents events,
            RecordSizes sizes,
            PassedOver passedOver) {
        passedOver.watch(List.of(TotalsPublisher.STORE));
        scores.process(
                        new ProcessorSupplier<byte[], DocumentScored, byte[], byte[]>() {
                            @Override
                            public Processor<byte[], DocumentScored, byte[], byte[]> get() {
                                return new LastScores(keep);
                            }

                            @Override
                            public Set<StoreBuilder<?>> stores() {
                                return Set.of(store(LastScores.STORE, onDisk, Serdes.ByteArray()));
                            }
                        },
                        Named.as(LastScores.STORE))
                .repartition(Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withName(CHANGES))
                .process(
                        new ProcessorSupplier<byte[], byte[], byte[], byte[]>() {
                            @Override
                            public Processor<byte[], byte[], byte[], byte[]> get() {
                                return new TotalsPublisher(keep, topics, events, sizes, passedOver);
                            }

                            @Override
                            public Set<StoreBuilder<?>> stores() {
                                // Of many changes between two commits one goes to the changelog.
                                return Set.of(store(TotalsPublisher.STORE, onDisk, Serdes.String())
                                        .withCachingEnabled());
                            }
                        },
                        Named.as("totals"))
                .to(
                        topics.scoreTotals(),
                        Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("to-score-totals"));
    }

    private static <K> StoreBuilder<KeyValueStore<K, byte[]>> store(String name, boolean onDisk, Serde<K> keys) {
        KeyValueBytesStoreSupplier supplier =
                onDisk ? Stores.persistentKeyValueStore(name) : Stores.inMemoryKeyValueStore(name);
        return Stores.keyValueStoreBuilder(supplier, keys, Serdes.ByteArray());
    }

    /** The topics that Kafka Streams makes for it. */
    public static List<String> ownTopics(String group) {
        return Stream.of(
                        CHANGES + "-repartition", LastScores.STORE + "-changelog", TotalsPublisher.STORE + "-changelog")
                .map(topic -> group + "-" + topic)
                .toList();
    }

    /** The changelog that there is once any evaluator has added scores up. */
    public static String firstTopic(String group) {
        return group + "-" + LastScores.STORE + "-changelog";
    }
}
