package dev.slicer.trainer.intake;

import dev.slicer.events.InvalidEventException;
import dev.slicer.trainer.topics.TrainingTopics;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.fault.KafkaFailureHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;

/**
 * The failure strategy of channels whose refused records become dead letters as all of Slicer's are: with a reason of few, and
 * of a size that their topic takes. The connector's own has neither, and ends its channel where the letter cannot be written.
 */
final class DeadLetters implements KafkaFailureHandler {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(10);

    private final Provider<TrainingTopics> topics;

    /** @param topics are there once the channels are, which have their failure strategies first */
    DeadLetters(Provider<TrainingTopics> topics) {
        this.topics = topics;
    }

    @Singleton
    @Identifier("slicer-dead-letters")
    static class Factory implements KafkaFailureHandler.Factory {
        private final DeadLetters letters;

        @Inject
        Factory(Provider<TrainingTopics> topics) {
            this.letters = new DeadLetters(topics);
        }

        @Override
        public KafkaFailureHandler create(
                KafkaConnectorIncomingConfiguration config,
                Vertx vertx,
                KafkaConsumer<?, ?> consumer,
                BiConsumer<Throwable, Boolean> reportFailure) {
            return letters;
        }
    }

    @Override
    public <K, V> Uni<Void> handle(IncomingKafkaRecord<K, V> record, Throwable reason, Metadata metadata) {
        if (!(reason instanceof InvalidEventException refusal)) {
            // Nothing is wrong with the record: it comes again after a restart.
            return Uni.createFrom().failure(reason);
        }
        return topics.get()
                .refuse(refused(record), refusal)
                .onFailure()
                .invoke(e -> LOG.warnf("A dead letter is written later: %s", e.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(FIRST_RETRY, LONGEST_RETRY)
                .indefinitely()
                .chain(() -> Uni.createFrom().completionStage(record.ack()))
                .emitOn(record::runOnMessageContext);
    }

    /** The channels have bytes, as all channels of a service. */
    @SuppressWarnings("unchecked")
    private static ConsumerRecord<byte[], byte[]> refused(IncomingKafkaRecord<?, ?> record) {
        return record.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow()
                .getRecord();
    }
}
