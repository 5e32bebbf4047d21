package dev.slicer.inference.live;

import dev.slicer.inference.tagging.Source;
import dev.slicer.inference.tagging.TaggingMetrics;
import dev.slicer.text.TaggedDocument;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;

/** Told of all documents that were answered for good; counts them, and shows some to the people who watch. */
@Singleton
public class AnsweredDocuments {
    private final TaggingMetrics metrics;
    private final TagFeed feed;

    @Inject
    public AnsweredDocuments(TaggingMetrics metrics, TagFeed feed) {
        this.metrics = metrics;
        this.feed = feed;
    }

    /**
     * Takes in documents that were tagged together.
     *
     * @param computed time spent in the model
     */
    public void add(Source source, List<TaggedDocument> documents, Duration computed) {
        if (!documents.isEmpty()) {
            metrics.answered(source, documents, computed);
            feed.add(source, documents);
        }
    }
}
