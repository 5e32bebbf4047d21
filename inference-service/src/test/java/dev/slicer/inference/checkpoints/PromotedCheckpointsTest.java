package dev.slicer.inference.checkpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.CheckpointEvent;
import dev.slicer.events.CheckpointEvent.Kind;
import dev.slicer.events.CheckpointPublished;
import dev.slicer.events.Event;
import dev.slicer.events.Topics;
import dev.slicer.inference.checkpoints.WantedCheckpoints.News;
import dev.slicer.inference.model.CheckpointRef;
import dev.slicer.kafka.records.KafkaEvents;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class PromotedCheckpointsTest {
    private final Topics topics = Topics.defaults();
    private final KafkaEvents events = new KafkaEvents(URI.create("/slicer/test"), Clock.systemUTC());
    private final PromotedCheckpoints wanted = new PromotedCheckpoints(topics);
    private long seconds;

    @Test
    void shouldWantNoneBeforeOneIsPromoted() {
        assertThat(announce("a")).isEqualTo(News.NONE);
        assertThat(step("a", Kind.TRIAL_BEGUN)).isEqualTo(News.NONE);
        assertThat(wanted.bestFirst()).isEmpty();
    }

    @Test
    void shouldWantThePromotedOneAndFailingThatTheOneBefore() {
        // Given
        announce("a");
        announce("b");

        // When / Then
        assertThat(step("a", Kind.PROMOTED)).isEqualTo(News.OTHER);
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).containsExactly("a");
        assertThat(step("b", Kind.PROMOTED)).isEqualTo(News.OTHER);
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).containsExactly("b", "a");
        assertThat(step("b", Kind.ROLLED_BACK)).isEqualTo(News.OTHER);
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).containsExactly("a");
    }

    @Test
    void shouldTryThePromotedOneAgainWhenItIsAnnouncedAgain() {
        announce("a");
        step("a", Kind.PROMOTED);

        assertThat(announce("a")).isEqualTo(News.SAME);
        assertThat(announce("b")).isEqualTo(News.NONE);
        assertThat(step("a", Kind.SERVED)).isEqualTo(News.NONE);
        assertThat(step("a", Kind.PROMOTED)).isEqualTo(News.NONE);
    }

    @Test
    void shouldTakeAPromotionThatIsReadBeforeItsAnnouncement() {
        assertThat(step("a", Kind.PROMOTED)).isEqualTo(News.OTHER);
        assertThat(announce("a")).isEqualTo(News.SAME);
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).containsExactly("a");
    }

    @Test
    void shouldGoOnWantingACheckpointThatIsTakenBack() {
        // Given
        step("a", Kind.PROMOTED);

        // When
        News news = wanted.read(new ConsumerRecord<>(topics.checkpoints(), 0, 0, new byte[] {'a'}, null));

        // Then
        assertThat(news).isEqualTo(News.NONE);
        assertThat(wanted.bestFirst()).extracting(CheckpointRef::id).containsExactly("a");
    }

    private News announce(String id) {
        return read(
                topics.checkpoints(),
                new CheckpointPublished(
                        id,
                        URI.create("file:///store/" + id),
                        "mbert",
                        OptionalInt.of(8),
                        List.of("O", "B-PER", "I-PER"),
                        Instant.EPOCH.plusSeconds(seconds++)));
    }

    private News step(String id, Kind kind) {
        return read(
                topics.checkpointEvents(),
                CheckpointEvent.of(id, kind, Instant.EPOCH.plusSeconds(seconds++), "somebody", "a test"));
    }

    private News read(String topic, Event event) {
        ProducerRecord<byte[], byte[]> written = events.write(topic, event);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(topic, 0, 0, written.key(), written.value());
        written.headers().forEach(record.headers()::add);
        return wanted.read(record);
    }
}
