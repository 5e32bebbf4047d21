package dev.slicer.evaluator.drift;

import dev.slicer.service.metrics.LanguageLabels;
import dev.slicer.service.metrics.PassedOver;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The part of the topology that watches what users' documents are like, in tasks of its own but for the first summing up:
 *
 * <pre>
 * entities → drift-samples → drift
 * </pre>
 */
public final class DriftWatch {
    private static final String SAMPLES = "drift-samples";

    private DriftWatch() {}

    /** Keeps the board and the metrics. */
    public static void addTo(
            KStream<byte[], byte[]> entities,
            DriftBoard board,
            DriftMetrics metrics,
            LanguageLabels languages,
            PassedOver passedOver) {
        entities.process(() -> new DriftSampler(board, languages, passedOver), Named.as("drift-sampler"))
                .repartition(Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                        .withStreamPartitioner(samePartition())
                        .withName(SAMPLES))
                .process(
                        new ProcessorSupplier<byte[], byte[], Void, Void>() {
                            @Override
                            public Processor<byte[], byte[], Void, Void> get() {
                                return new DriftProcessor(board, metrics, passedOver);
                            }

                            @Override
                            public Set<StoreBuilder<?>> stores() {
                                return Set.of(Stores.keyValueStoreBuilder(
                                        Stores.inMemoryKeyValueStore(DriftProcessor.STORE),
                                        Serdes.String(),
                                        Serdes.ByteArray()));
                            }
                        },
                        Named.as("drift"));
    }

    private static StreamPartitioner<byte[], byte[]> samePartition() {
        return (topic, key, value, partitions) ->
                Optional.of(Set.of(Integer.parseInt(new String(key, StandardCharsets.US_ASCII)) % partitions));
    }

    /** The topics that Kafka Streams makes for it. */
    public static List<String> ownTopics(String group) {
        return List.of(group + "-" + SAMPLES + "-repartition", group + "-" + DriftProcessor.STORE + "-changelog");
    }
}
