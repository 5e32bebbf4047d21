package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.events.DocumentScored;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Labelled documents go out to be tagged, what comes back is joined with them, and each document's score goes to a topic
 * of its own:
 *
 * <pre>
 * labelled-documents → intake → gold-documents → join → documents, scores, trial-answers, dead-letters
 *                                     entities ↗
 *                                                 scores → counting
 * </pre>
 */
public final class JoinTopology {
    static final String GOLD_SINK = "to-gold-documents";
    static final String DOCUMENTS_SINK = "to-documents";
    static final String SCORES_SINK = "to-scores";
    static final String TRIAL_ANSWERS_SINK = "to-trial-answers";
    static final String DEAD_LETTERS_SINK = "to-dead-letters";

    private static final String ENTITIES = "entities";

    /**
     * @param waitForAnswer after which a document counts as missed, and an answer without gold is given up
     * @param keepGold how long a document can be answered since it came last, and how long a score counts
     * @param serving the model that a missed document counts against
     * @param onDisk whether what the join remembers lies on disk instead of in memory
     */
    public record Settings(
            Duration waitForAnswer, Duration keepGold, Supplier<Optional<String>> serving, boolean onDisk) {}

    /** What others may make more of. */
    public interface Others {
        /**
         * @param entities all of them, also users'
         * @param scores all of them, once they are committed
         */
        void addTo(KStream<byte[], byte[]> entities, KStream<byte[], DocumentScored> scores);
    }

    private JoinTopology() {}

    public static Topology of(
            Settings settings,
            GoldRules rules,
            Topics topics,
            KafkaEvents events,
            RecordSizes sizes,
            JoinMetrics metrics,
            PassedOver passedOver,
            Others others) {
        passedOver.watch(
                List.of(topics.labelledDocuments(), topics.goldDocuments(), topics.entities(), topics.scores()));
        StreamsBuilder builder = new StreamsBuilder();
        KStream<byte[], byte[]> entities = source(builder, ENTITIES, topics.entities());
        others.addTo(
                entities,
                source(builder, "scores", topics.scores())
                        .process(() -> new ScoreCounter(metrics, passedOver), Named.as("counting")));

        Topology topology = builder.build();
        source(topology, "labelled-documents", topics.labelledDocuments());
        topology.addProcessor(
                "intake", () -> new GoldIntake(rules, topics, sizes, metrics, passedOver), "labelled-documents");
        sink(topology, GOLD_SINK, topics.goldDocuments(), "intake");

        source(topology, "gold-documents", topics.goldDocuments());
        topology.addProcessor(
                "join",
                new ProcessorSupplier<byte[], byte[], byte[], byte[]>() {
                    @Override
                    public Processor<byte[], byte[], byte[], byte[]> get() {
                        return new Join(settings, rules, topics, events, sizes, metrics, passedOver);
                    }

                    @Override
                    public Set<StoreBuilder<?>> stores() {
                        return Set.copyOf(JoinStores.builders(settings.onDisk()));
                    }
                },
                "gold-documents",
                ENTITIES);
        sink(topology, DOCUMENTS_SINK, topics.documents(), "join");
        sink(topology, SCORES_SINK, topics.scores(), "join");
        sink(topology, TRIAL_ANSWERS_SINK, topics.trialAnswers(), "join");
        sink(topology, DEAD_LETTERS_SINK, topics.deadLetters(), "intake", "join");
        return topology;
    }

    /** Bytes that each record made of a labelled document may have. */
    public static int goldLimit(RecordSizes sizes, Topics topics, String group) {
        return Stream.of(topics.documents(), topics.trialDocuments(), JoinStores.goldChangelog(group))
                .mapToInt(sizes::limit)
                .min()
                .orElseThrow();
    }

    /** The topics that Kafka Streams makes for it. */
    public static List<String> ownTopics(String group) {
        return JoinStores.changelogs(group);
    }

    private static KStream<byte[], byte[]> source(StreamsBuilder builder, String name, String topic) {
        return builder.stream(
                topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(name));
    }

    private static void source(Topology topology, String name, String topic) {
        topology.addSource(name, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic);
    }

    private static void sink(Topology topology, String name, String topic, String... parents) {
        topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), parents);
    }
}
