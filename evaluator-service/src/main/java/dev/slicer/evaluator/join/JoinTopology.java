package dev.slicer.evaluator.join;

import dev.slicer.evaluator.gold.GoldRules;
import dev.slicer.events.Topics;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.kafka.records.RecordSizes;
import dev.slicer.service.metrics.PassedOver;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
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
 *                                              ↘ drift
 *                                                 scores → counting
 * </pre>
 */
final class JoinTopology {
    static final String GOLD_SINK = "to-gold-documents";
    static final String DOCUMENTS_SINK = "to-documents";
    static final String SCORES_SINK = "to-scores";
    static final String TRIAL_ANSWERS_SINK = "to-trial-answers";
    static final String DEAD_LETTERS_SINK = "to-dead-letters";

    private JoinTopology() {}

    /**
     * @param drift gets all entities
     * @param onDisk whether what the join remembers lies on disk instead of in memory
     */
    static Topology of(
            Join.Settings settings,
            GoldRules rules,
            Topics topics,
            KafkaEvents events,
            RecordSizes sizes,
            JoinMetrics metrics,
            ProcessorSupplier<byte[], byte[], Void, Void> drift,
            PassedOver passedOver,
            boolean onDisk) {
        Topology topology = new Topology();
        source(topology, "labelled-documents", topics.labelledDocuments());
        topology.addProcessor(
                "intake", () -> new GoldIntake(rules, topics, sizes, metrics, passedOver), "labelled-documents");
        sink(topology, GOLD_SINK, topics.goldDocuments(), "intake");

        source(topology, "gold-documents", topics.goldDocuments());
        source(topology, "entities", topics.entities());
        topology.addProcessor(
                "join",
                new ProcessorSupplier<byte[], byte[], byte[], byte[]>() {
                    @Override
                    public Processor<byte[], byte[], byte[], byte[]> get() {
                        return new Join(settings, rules, topics, events, sizes, metrics, passedOver);
                    }

                    @Override
                    public Set<StoreBuilder<?>> stores() {
                        return Set.copyOf(JoinStores.builders(onDisk));
                    }
                },
                "gold-documents",
                "entities");
        sink(topology, DOCUMENTS_SINK, topics.documents(), "join");
        sink(topology, SCORES_SINK, topics.scores(), "join");
        sink(topology, TRIAL_ANSWERS_SINK, topics.trialAnswers(), "join");
        sink(topology, DEAD_LETTERS_SINK, topics.deadLetters(), "intake", "join");
        topology.addProcessor("drift", drift, "entities");

        source(topology, "scores", topics.scores());
        topology.addProcessor("counting", () -> new ScoreCounter(metrics, passedOver), "scores");
        return topology;
    }

    private static void source(Topology topology, String name, String topic) {
        topology.addSource(name, new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic);
    }

    private static void sink(Topology topology, String name, String topic, String... parents) {
        topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), parents);
    }
}
