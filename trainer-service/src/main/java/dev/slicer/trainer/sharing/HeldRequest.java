package dev.slicer.trainer.sharing;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/** A request that is this trainer's alone for as long as {@link #holds}. For several threads. */
public interface HeldRequest {
    ConsumerRecord<byte[], byte[]> record();

    /** How often the request was given to a trainer, this time included. */
    int deliveries();

    /** Whether it is given to nobody again once this trainer lets go of it or falls silent. */
    boolean isLastDelivery();

    /** Whether the request is this trainer's for certain. Once it is not, it never is again. */
    boolean holds();

    /**
     * Asks for another word that the request is this trainer's, and waits for it.
     *
     * @throws KafkaException where none comes
     */
    void confirm();

    /** Nobody is to have the request again. Does nothing where another trainer may have it by now. */
    void accept();

    /** Another trainer, or this one later, is to have the request. Does nothing where another may have it by now. */
    void release();
}
