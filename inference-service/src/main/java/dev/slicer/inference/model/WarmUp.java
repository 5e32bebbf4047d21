package dev.slicer.inference.model;

import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.tagging.Reading;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;

/** Has a model tag texts of all lengths before it serves, so that no user's request pays for first use. */
@Singleton
public class WarmUp {
    private static final String SENTENCE = "Wangari Maathai alizaliwa Nyeri, Kenya. ";
    private static final int DOUBLINGS = 7;
    private static final int SHORT = 3;

    /** Texts of one sentence to 64: from some ten sub-tokens to more than the window of any model. */
    public static final List<Document> DOCUMENTS = IntStream.range(0, DOUBLINGS)
            .mapToObj(doubling -> Document.of("warm-up-" + (1 << doubling), SENTENCE.repeat(1 << doubling)))
            .toList();

    private final BatchingQueue queue;

    @Inject
    public WarmUp(BatchingQueue queue) {
        this.queue = queue;
    }

    /**
     * Runs each length on its own, then all together: the engine prepares itself for each shape that it meets.
     *
     * @return the model
     * @throws RuntimeException where the model cannot tag them; it is then closed
     */
    public Tagger runAllLengths(Tagger tagger) {
        return run(tagger, DOCUMENTS);
    }

    /**
     * Runs short texts alone, for a model that is to follow another one: the engine has met the shapes, and a pass over a
     * long text would hold up those who use the other model.
     *
     * @return the model
     * @throws RuntimeException where the model cannot tag them; it is then closed
     */
    public Tagger runShortLengths(Tagger tagger) {
        return run(tagger, DOCUMENTS.subList(0, SHORT));
    }

    private Tagger run(Tagger tagger, List<Document> documents) {
        try {
            List<Reading> readings = documents.stream()
                    .map(document -> tagger.read(document, TaggingOptions.defaults()))
                    .toList();
            readings.forEach(reading -> compute(tagger, List.of(reading)));
            compute(tagger, readings);
            readings.forEach(Reading::decode);
            return tagger;
        } catch (RuntimeException | Error e) {
            tagger.close();
            throw e;
        }
    }

    private void compute(Tagger tagger, List<Reading> readings) {
        try {
            queue.submit(tagger, readings, Lane.BULK).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new BrokenModelException("the model fails on ordinary texts", e.getCause());
        }
    }
}
