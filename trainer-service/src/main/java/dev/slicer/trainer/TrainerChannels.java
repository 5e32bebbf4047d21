package dev.slicer.trainer;

import dev.slicer.events.InvalidEventException;
import dev.slicer.service.channels.WholeChannels;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** What comes to a trainer: its share of the requests, and all requests and progress for its board. */
@Singleton
class TrainerChannels {
    static final String REQUESTS = "training-requests-in";
    static final String ALL_REQUESTS = "all-training-requests-in";
    static final String PROGRESS = "training-progress-in";

    private final Trainer trainer;
    private final WholeChannels reading;

    @Inject
    TrainerChannels(Trainer trainer, WholeChannels reading) {
        this.trainer = trainer;
        this.reading = reading;
    }

    /** The connector would log a refusal that is thrown with all of its causes, which may be as long as a record. */
    @Incoming(REQUESTS)
    @Blocking
    CompletionStage<Void> takeIn(Message<ConsumerRecord<byte[], byte[]>> request) {
        try {
            trainer.takeIn(request.getPayload());
            return request.ack();
        } catch (InvalidEventException e) {
            return request.nack(e);
        }
    }

    @Incoming(ALL_REQUESTS)
    @Incoming(PROGRESS)
    @Blocking
    void follow(ConsumerRecord<byte[], byte[]> record) {
        reading.handle(record);
    }
}
