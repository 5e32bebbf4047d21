package dev.slicer.inference.live;

import dev.slicer.inference.config.InferenceConfig;
import dev.slicer.inference.tagging.Source;
import dev.slicer.text.Entity;
import dev.slicer.text.TaggedDocument;
import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.annotations.Broadcast;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * How many documents were answered, and a sample of those that just were, on the channel {@code live} for people who watch.
 * Tagging never waits for it: what is more than the sample is passed over, and no document is kept while no one watches.
 *
 * <p>Made with the first document, since channels begin after the routes of requests are there.
 */
@ApplicationScoped
public class TagFeed {
    private static final String LIVE = "live";
    /** As many as a person can follow. */
    static final int KEPT = 8;

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

    private final boolean texts;
    private final AtomicInteger watchers = new AtomicInteger();
    private final LongAdder documents = new LongAdder();
    private final LongAdder entities = new LongAdder();
    private final LongSupplier nanoTime;
    private final Consumer<Sampled> live;
    private final Multi<Sampled> watched;
    private long windowStart;
    private int inWindow;

    @Inject
    TagFeed(
            InferenceConfig config,
            @Channel(LIVE) @Broadcast @OnOverflow(OnOverflow.Strategy.DROP) Emitter<Sampled> live,
            @Channel(LIVE) Multi<Sampled> watched) {
        this(config.feedTexts(), System::nanoTime, live::send, watched);
    }

    /**
     * @param texts whether texts are shown
     * @param nanoTime as {@link System#nanoTime}
     * @param live takes documents of the sample
     * @param watched brings them to each who watches
     */
    TagFeed(boolean texts, LongSupplier nanoTime, Consumer<Sampled> live, Multi<Sampled> watched) {
        this.texts = texts;
        this.nanoTime = nanoTime;
        this.live = live;
        this.watched = watched;
        this.windowStart = nanoTime.getAsLong();
    }

    /** One that nobody watches. */
    public static TagFeed unwatched() {
        return new TagFeed(
                false, System::nanoTime, shown -> {}, Multi.createFrom().nothing());
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
            live.accept(sampled(source, document));
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

    /** The sample as it comes, for one who watches. */
    Multi<Sampled> watch() {
        return watched.onSubscription()
                .invoke(watchers::incrementAndGet)
                .onTermination()
                .invoke(() -> watchers.decrementAndGet());
    }

    int watchers() {
        return watchers.get();
    }
}
