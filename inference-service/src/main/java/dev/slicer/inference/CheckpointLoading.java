package dev.slicer.inference;

import dev.slicer.checkpoint.CheckpointStore;
import dev.slicer.events.Topics;
import dev.slicer.inference.checkpoints.CheckpointListener;
import dev.slicer.inference.checkpoints.FixedCheckpoint;
import dev.slicer.inference.checkpoints.NewestCheckpoints;
import dev.slicer.inference.checkpoints.PromotedCheckpoints;
import dev.slicer.inference.checkpoints.WantedCheckpoints;
import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.model.ServingModel;
import dev.slicer.inference.model.UnannouncedModels;
import dev.slicer.kafka.loops.BackOff;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.service.channels.Channels;
import dev.slicer.service.channels.WholeChannels;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** The checkpoints that the configuration wants served: a fixed one, or announced ones. */
@Singleton
class CheckpointLoading {
    private static final String CHECKPOINTS = "checkpoints-in";
    private static final String CHECKPOINT_EVENTS = "checkpoint-events-in";

    private final Optional<FixedCheckpoint> fixed;
    private final CheckpointListener listener;
    private final WholeChannels channels;

    @Inject
    CheckpointLoading(
            InferenceConfig config,
            ServingModel model,
            UnannouncedModels unannounced,
            CheckpointStore checkpoints,
            Topics topics,
            KafkaEvents events,
            Channels channels,
            @Channel("checkpoint-events-out") MutinyEmitter<ProducerRecord<byte[], byte[]>> checkpointEvents,
            BackOff backOff,
            Clock clock) {
        this.fixed = config.checkpoint().map(folder -> new FixedCheckpoint(folder, model, backOff, clock));
        WantedCheckpoints wanted = switch (config.serve()) {
            case PROMOTED -> new PromotedCheckpoints(topics);
            case NEWEST -> new NewestCheckpoints(topics);
        };
        this.listener = new CheckpointListener(
                wanted,
                checkpoints,
                model,
                unannounced,
                channels.sender(checkpointEvents),
                topics,
                events,
                config.instance(),
                backOff,
                clock);
        Map<String, String> topicsOfChannels =
                new HashMap<>(Map.of(CHECKPOINTS, topics.checkpoints(), CHECKPOINT_EVENTS, topics.checkpointEvents()));
        topicsOfChannels.values().retainAll(wanted.topics());
        this.channels = channels.whole(topicsOfChannels, listener::read);
    }

    /** Needs no topics. */
    void startFixed() {
        fixed.ifPresent(FixedCheckpoint::start);
    }

    /** Once there are channels. */
    void startListening() {
        if (fixed.isEmpty()) {
            channels.start();
            channels.caughtUp().thenRun(listener::caughtUp);
            listener.start();
        }
    }

    @Incoming(CHECKPOINTS)
    @Incoming(CHECKPOINT_EVENTS)
    @Blocking
    void read(ConsumerRecord<byte[], byte[]> record) {
        channels.handle(record);
    }

    boolean isAlive() {
        return listener.isAlive();
    }

    void stop() {
        listener.close();
        channels.close();
    }
}
