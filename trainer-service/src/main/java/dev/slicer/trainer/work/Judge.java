package dev.slicer.trainer.work;

import dev.slicer.trainer.sharing.HeldRequest;
import org.apache.kafka.common.KafkaException;

/** Says what is to become of a request that this trainer got. */
@FunctionalInterface
interface Judge {
    /** @throws KafkaException where the topics cannot be read */
    Verdict of(HeldRequest held);
}
