package dev.slicer.inference.live;

import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.tagging.Source;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How many documents were answered, and a sample of those that just were, for people who watch. Tagging never waits for
 * it: what is more than the sample is passed over, and no document is kept while nobody watches.
 */
@Singleton
public class TagFeed {
    /** As many as a person can follow. */
    private static final int KEPT = 8;

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int LONGEST_TEXT = 280;

    /**
     * @param source {@code rest} or {@code kafka}
     * @param length UTF-16 units of the whole text
     * @param types how many entities there are of each type
     * @param text its beginning, where texts are shown
     * @param entities those in that beginning
     */
    @Schema(
            name = "SampledDocument",
            requiredProperties = {"source", "length", "types"})
    record Sampled(
            String source,
            Optional<String> language,
            int length,
            Map<String, Integer> types,
            Optional<String> text,
            Optional<List<Entity>> entities) {}

    private record Numbered(long number, Sampled document) {}

    private final boolean texts;
    private final AtomicInteger watchers = new AtomicInteger();
    private final Deque<Numbered> latest = new ArrayDeque<>();
    private final LongAdder documents = new LongAdder();
    private final LongAdder entities = new LongAdder();
    private final LongSupplier nanoTime;
    private long next;
    private long windowStart;
    private int inWindow;

    @Inject
    TagFeed(InferenceConfig config) {
        this(config.feedTexts(), System::nanoTime);
    }

    /**
     * @param texts whether texts are shown
     * @param nanoTime as {@link System#nanoTime}
     */
    public TagFeed(boolean texts, LongSupplier nanoTime) {
        this.texts = texts;
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    boolean showsTexts() {
        return texts;
    }

    /** Documents that were answered since the start. */
    long documents() {
        return documents.sum();
    }

    /** Entities of those documents. */
    long entities() {
        return entities.sum();
    }

    void add(Source source, List<TaggedDocument> answered) {
        documents.add(answered.size());
        entities.add(answered.stream()
                .mapToLong(document -> document.entities().size())
                .sum());
        if (watchers.get() == 0) {
            return;
        }
        for (TaggedDocument document : answered) {
            if (!isWanted()) {
                return;
            }
            show(sampled(source, document));
        }
    }

    private synchronized boolean isWanted() {
        long now = nanoTime.getAsLong();
        if (now - windowStart > EVERY_NANOS) {
            windowStart = now;
            inWindow = 0;
        }
        return inWindow++ < KEPT;
    }

    private synchronized void show(Sampled document) {
        if (latest.size() == KEPT) {
            latest.removeFirst();
        }
        latest.addLast(new Numbered(next++, document));
    }

    private Sampled sampled(Source source, TaggedDocument tagged) {
        String text = tagged.document().text();
        Map<String, Integer> types = new TreeMap<>();
        tagged.entities().forEach(entity -> types.merge(entity.type(), 1, Integer::sum));
        int end = beginning(tagged);
        return new Sampled(
                source.label(),
                tagged.language(),
                text.length(),
                types,
                texts ? Optional.of(text.substring(0, end)) : Optional.empty(),
                texts
                        ? Optional.of(tagged.entities().stream()
                                .filter(entity -> entity.end() <= end)
                                .toList())
                        : Optional.empty());
    }

    /** Where a long text is cut: within no character and no entity. */
    private static int beginning(TaggedDocument tagged) {
        String text = tagged.document().text();
        if (text.length() <= LONGEST_TEXT) {
            return text.length();
        }
        int cut = tagged.entities().stream()
                .filter(entity -> entity.start() < LONGEST_TEXT && entity.end() > LONGEST_TEXT)
                .findFirst()
                .map(Entity::start)
                .orElse(LONGEST_TEXT);
        return Character.isLowSurrogate(text.charAt(cut)) ? cut - 1 : cut;
    }

    /** Somebody who watches, until closed. Not for several threads. */
    Watcher watch() {
        return new Watcher();
    }

    int watchers() {
        return watchers.get();
    }

    final class Watcher implements AutoCloseable {
        private long seen;

        private Watcher() {
            watchers.incrementAndGet();
            synchronized (TagFeed.this) {
                seen = next;
            }
        }

        /** What came since the last call, the oldest first. */
        List<Sampled> news() {
            synchronized (TagFeed.this) {
                List<Sampled> news = latest.stream()
                        .filter(one -> one.number() >= seen)
                        .map(Numbered::document)
                        .toList();
                seen = next;
                return news;
            }
        }

        @Override
        public void close() {
            if (watchers.decrementAndGet() == 0) {
                synchronized (TagFeed.this) {
                    latest.clear();
                }
            }
        }
    }
}
