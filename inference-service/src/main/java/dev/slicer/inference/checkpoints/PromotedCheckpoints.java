package dev.slicer.inference.checkpoints;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Topics;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.kafka.records.KafkaEvents;
import dev.slicer.promotion.Promotions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** The promoted one serves. */
public final class PromotedCheckpoints implements WantedCheckpoints {
    private static final Logger LOG = Logger.getLogger(PromotedCheckpoints.class);

    private final Topics topics;
    private Promotions promotions = Promotions.none();

    public PromotedCheckpoints(Topics topics) {
        this.topics = topics;
    }

    @Override
    public Set<String> topics() {
        return Set.of(topics.checkpoints(), topics.checkpointEvents());
    }

    @Override
    public News read(ConsumerRecord<byte[], byte[]> record) {
        Optional<String> before = promotions.promoted();
        boolean again = false;
        if (record.topic().equals(topics.checkpointEvents())) {
            take(promotions.apply(KafkaEvents.read(record, CheckpointEvent.class)));
        } else if (record.value() != null) {
            // A checkpoint that was taken back is not forgotten: the model that serves is not stopped for it.
            CheckpointPublished announced = KafkaEvents.read(record, CheckpointPublished.class);
            take(promotions.apply(announced));
            tellOtherDigest(announced);
            again = before.equals(Optional.of(announced.checkpointId()));
        }
        if (!promotions.promoted().equals(before)) {
            return News.OTHER;
        }
        return again ? News.SAME : News.NONE;
    }

    /** What was promoted was tried, so that an announcement of something else changes nothing. */
    private void tellOtherDigest(CheckpointPublished announced) {
        Optional<String> counts = promotions.digest(announced.checkpointId());
        if (announced.digest().isPresent() && !announced.digest().equals(counts)) {
            LOG.warnf(
                    "%s is announced with the digest %s; what counts is %s, by which it was promoted or announced before",
                    announced.checkpointId(), announced.digest().get(), counts.orElse("none"));
        }
    }

    private void take(Promotions.Step step) {
        promotions = step.after();
        step.ignored().ifPresent(why -> LOG.debugf("a step is ignored: %s", why));
    }

    @Override
    public List<CheckpointRef> bestFirst() {
        return Stream.of(promotions.promoted(), promotions.rollbackTarget())
                .flatMap(Optional::stream)
                .map(id -> new CheckpointRef(id, promotions.digest(id)))
                .toList();
    }
}
