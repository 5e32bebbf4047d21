package dev.slicer.service.metrics;

import dev.slicer.events.InvalidEventException;
import dev.slicer.kafka.records.DeadLetterReason;
import dev.slicer.text.WithoutMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Records that say nothing usable, on topics whose readers write no dead letters: a reader passes over them, and goes on
 * with the next. Each is counted by topic and reason and told in the log once, however many readers come past it.
 */
@Singleton
public final class PassedOver {
    private static final Logger LOG = Logger.getLogger(PassedOver.class);
    /** Places that are remembered; who fills a topic with nonsense is told of again, but fills no memory. */
    private static final int MOST_PLACES = 10_000;
    /** The record is what it should be, and the service fails on it. */
    private static final String FAILED = "failed";
    /** There is no room even for a dead letter about it. */
    private static final String TOO_LARGE = "record_too_large";

    private static final List<String> REASONS = List.of(
            DeadLetterReason.NOT_JSON.label(),
            DeadLetterReason.WRONG_TYPE.label(),
            DeadLetterReason.INVALID_VALUE.label(),
            DeadLetterReason.INVALID_HEADER.label(),
            FAILED);

    private final MeterRegistry registry;
    private final Set<String> places = new LinkedHashSet<>();

    @Inject
    public PassedOver(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Has the topics' counters begin at 0, so that a rate sees their first rise. */
    public void watch(Collection<String> topics) {
        topics.forEach(topic -> REASONS.forEach(reason -> counter(topic, reason)));
    }

    /** Counts a record of which nothing is kept because it is too large; the caller logs it. */
    public void tooLarge(String topic) {
        counter(topic, TOO_LARGE).increment();
    }

    /** A handler of these topics' records that passes over those that {@link #take} does, and watches the topics. */
    public Consumer<ConsumerRecord<byte[], byte[]>> handling(
            Collection<String> topics, Consumer<? super ConsumerRecord<byte[], byte[]>> handler) {
        watch(topics);
        return record -> take(record, handler);
    }

    /**
     * Has a record handled, or passed over.
     *
     * @param handler throws an {@link InvalidEventException} where the record is none of the topic's
     * @return whether it was handled
     * @throws KafkaException from the handler: it says something of the brokers and nothing of the record
     */
    public boolean take(
            ConsumerRecord<byte[], byte[]> record, Consumer<? super ConsumerRecord<byte[], byte[]>> handler) {
        return read(record, any -> {
                    handler.accept(any);
                    return true;
                })
                .isPresent();
    }

    /**
     * As {@link #take}.
     *
     * @return what the reading makes of the record; empty where the record is passed over
     */
    public <T> Optional<T> read(
            ConsumerRecord<byte[], byte[]> record, Function<? super ConsumerRecord<byte[], byte[]>, T> reading) {
        return read(record.topic(), record.partition() + " offset " + record.offset(), () -> reading.apply(record));
    }

    /**
     * What lies in a topic or store, where it can be used.
     *
     * @param place in it
     * @param reading throws an {@link InvalidEventException} where it is not what it should be
     * @throws KafkaException from the reading
     */
    public <T> Optional<T> read(String topic, String place, Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (KafkaException e) {
            throw e;
        } catch (InvalidEventException e) {
            String reason = DeadLetterReason.of(e).label();
            if (isNew(topic + "-" + place)) {
                LOG.warnf("%s-%s is passed over (%s): %s", topic, place, reason, e.getMessage());
                counter(topic, reason).increment();
            }
        } catch (RuntimeException e) {
            if (isNew(topic + "-" + place)) {
                LOG.errorf(WithoutMessage.of(e), "%s-%s is passed over, since the service fails on it", topic, place);
                counter(topic, FAILED).increment();
            }
        }
        return Optional.empty();
    }

    private synchronized boolean isNew(String place) {
        if (!places.add(place)) {
            return false;
        }
        if (places.size() > MOST_PLACES) {
            Iterator<String> oldest = places.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    private Counter counter(String topic, String reason) {
        return Counter.builder("slicer.passed.over.records")
                .description("Records that say nothing usable and were passed over")
                .tag("topic", topic)
                .tag("reason", reason)
                .register(registry);
    }
}
