package dev.slicer.evaluator;

import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What comes to an evaluator beside documents, answers and scores: all that is said of checkpoints. */
@Singleton
class EvaluatorChannels {
    static final String CHECKPOINTS = "checkpoints-in";
    static final String CHECKPOINT_EVENTS = "checkpoint-events-in";
    static final String CHECKPOINT_TELEMETRY = "checkpoint-telemetry-in";
    static final String TRAINING_PROGRESS = "training-progress-in";

    private final EvaluatorService evaluator;

    @Inject
    EvaluatorChannels(EvaluatorService evaluator) {
        this.evaluator = evaluator;
    }

    @Incoming(CHECKPOINTS)
    @Incoming(CHECKPOINT_EVENTS)
    @Incoming(CHECKPOINT_TELEMETRY)
    @Incoming(TRAINING_PROGRESS)
    @Blocking
    void followCheckpoints(ConsumerRecords<byte[], byte[]> records) {
        records.forEach(evaluator::followCheckpoints);
    }
}
