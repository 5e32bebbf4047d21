package dev.slicer.inference.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.inference.tagging.Source;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TagFeedTest {
    private static final int SAMPLE = 8;
    private static final Duration WINDOW = Duration.ofMillis(500);

    private final AtomicLong nanoTime = new AtomicLong(System.nanoTime());
    private final BroadcastProcessor<TagFeed.Sampled> live = BroadcastProcessor.create();
    private final TagFeed feed = new TagFeed(true, nanoTime::get, live::onNext, live);

    /** One who watches, as the page's stream does. */
    private static final class Watcher implements AutoCloseable {
        private final List<TagFeed.Sampled> came = new ArrayList<>();
        private final Cancellable watching;

        Watcher(TagFeed feed) {
            this.watching = feed.watch().subscribe().with(came::add);
        }

        List<TagFeed.Sampled> news() {
            List<TagFeed.Sampled> news = List.copyOf(came);
            came.clear();
            return news;
        }

        @Override
        public void close() {
            watching.cancel();
        }
    }

    @Test
    void shouldKeepASampleAndOnlyWhileSomebodyWatches() {
        // Given
        feed.add(Source.KAFKA, documents(3));

        try (Watcher watcher = new Watcher(feed)) {
            // When
            feed.add(Source.KAFKA, documents(1_000_000));

            // Then
            assertThat(watcher.news()).hasSize(SAMPLE);
            assertThat(watcher.news()).isEmpty();
        }
        try (Watcher next = new Watcher(feed)) {
            assertThat(next.news()).isEmpty();
        }
    }

    @Test
    void shouldShowNoMoreThanPeopleCanFollowUntilTheNextHalfSecond() {
        try (Watcher watcher = new Watcher(feed)) {
            // Given
            feed.add(Source.KAFKA, documents(SAMPLE));
            assertThat(watcher.news()).hasSize(SAMPLE);

            // When / Then
            nanoTime.addAndGet(WINDOW.toNanos());
            feed.add(Source.REST, documents(1));
            assertThat(watcher.news()).isEmpty();

            // When / Then
            nanoTime.addAndGet(1);
            feed.add(Source.REST, documents(1));
            assertThat(watcher.news()).extracting(TagFeed.Sampled::source).containsExactly("rest");
        }
    }

    @Test
    void shouldCountAllDocumentsAndEntitiesWhetherSomebodyWatchesOrNot() {
        // When
        feed.add(Source.KAFKA, documents(3));
        try (Watcher watcher = new Watcher(feed)) {
            feed.add(Source.REST, documents(100));
            assertThat(watcher.news()).hasSize(SAMPLE);
        }
        feed.add(Source.REST, List.of(tagged("Maathai, Maathai", List.of(entity(0, 7), entity(9, 16)))));

        // Then
        assertThat(feed.documents()).isEqualTo(104);
        assertThat(feed.entities()).isEqualTo(2);
    }

    @Test
    void shouldCutLongTextsWithinNoCharacterAndNoEntity() {
        // Given
        String trees = "🌳".repeat(200);
        String before = "x".repeat(275);

        try (Watcher watcher = new Watcher(feed)) {
            // When
            feed.add(Source.REST, List.of(tagged("x" + trees, List.of())));
            feed.add(Source.REST, List.of(tagged(before + "Maathai" + before, List.of(entity(275, 282)))));
            feed.add(Source.REST, List.of(tagged(before + "Maathai" + before, List.of(entity(0, 3)))));

            // Then
            List<TagFeed.Sampled> news = watcher.news();
            assertThat(news.get(0).text()).contains("x" + "🌳".repeat(139));
            assertThat(news.get(1).text()).contains(before);
            assertThat(news.get(1).entities().orElseThrow()).isEmpty();
            assertThat(news.get(1).types()).containsEntry("PER", 1);
            assertThat(news.get(2).entities().orElseThrow()).hasSize(1);
        }
    }

    @Test
    void shouldShowNoTextWhereTextsAreConfidential() {
        // Given
        TagFeed discreet = new TagFeed(false, nanoTime::get, live::onNext, live);

        try (Watcher watcher = new Watcher(discreet)) {
            // When
            discreet.add(Source.REST, List.of(tagged("Maathai", List.of(entity(0, 7)))));

            // Then
            assertThat(watcher.news()).singleElement().satisfies(shown -> {
                assertThat(shown.text()).isEmpty();
                assertThat(shown.entities()).isEmpty();
                assertThat(shown.length()).isEqualTo(7);
                assertThat(shown.types()).containsEntry("PER", 1);
            });
        }
    }

    private static List<TaggedDocument> documents(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> tagged("document " + i, List.of()))
                .collect(Collectors.toList());
    }

    private static TaggedDocument tagged(String text, List<Entity> entities) {
        return new TaggedDocument(
                new Document("1", text, Optional.of("sw"), List.of()), List.of(), List.of(), entities);
    }

    private static Entity entity(int start, int end) {
        return new Entity("PER", "x".repeat(end - start), start, end, start, end, 0.9);
    }
}
