package dev.slicer.trainer.rest;

import dev.slicer.service.http.ProblemException;
import dev.slicer.service.http.ProblemType;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/** A part of a request that needs Kafka. */
final class KafkaCall {
    private KafkaCall() {}

    /** @throws ProblemException of the type {@link ProblemType#UNAVAILABLE} where Kafka fails */
    static <T> T of(Supplier<T> call) {
        try {
            return call.get();
        } catch (KafkaException e) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "Kafka does not answer: " + e.getMessage(), e);
        }
    }
}
