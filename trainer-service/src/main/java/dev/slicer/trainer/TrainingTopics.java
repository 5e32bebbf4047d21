package dev.slicer.trainer;

import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.InvalidEventException;
import dev.slicer.events.Topics;
import dev.slicer.events.TrainingRequest;
import dev.slicer.events.TrainingStatus;
import dev.slicer.service.DeadLetterReason;
import dev.slicer.service.KafkaEvents;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * What the trainer writes. Methods return when the broker has the record, and throw {@link KafkaException} where it
 * could not be brought to take it.
 */
final class TrainingTopics {
    private static final Logger LOG = Logger.getLogger(TrainingTopics.class);

    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final KafkaEvents events;

    TrainingTopics(Producer<byte[], byte[]> producer, Topics topics, KafkaEvents events) {
        this.producer = producer;
        this.topics = topics;
        this.events = events;
    }

    void request(TrainingRequest request) {
        write(events.write(topics.trainingRequests(), request));
    }

    /** A status that no request caused: somebody cancelled the job. */
    void report(TrainingStatus status) {
        write(events.write(topics.trainingProgress(), status));
    }

    void announce(CheckpointPublished checkpoint, ConsumerRecord<byte[], byte[]> request) {
        write(events.write(topics.checkpoints(), checkpoint, request));
    }

    void refuse(ConsumerRecord<byte[], byte[]> record, InvalidEventException reason) {
        write(KafkaEvents.deadLetter(topics.deadLetters(), record, DeadLetterReason.of(reason), reason.getMessage()));
    }

    JobReporter.Sink progressOf(ConsumerRecord<byte[], byte[]> request) {
        return new JobReporter.Sink() {
            @Override
            public void stateChanged(TrainingStatus status) {
                write(events.write(topics.trainingProgress(), status, request));
            }

            @Override
            public void progressed(TrainingStatus status) {
                producer.send(events.write(topics.trainingProgress(), status, request), (metadata, failure) -> {
                    if (failure != null) {
                        LOG.warnf("A progress report of job %s was lost: %s", status.jobId(), failure.getMessage());
                    }
                });
            }
        };
    }

    private void write(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "cannot write to topic " + record.topic() + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}
