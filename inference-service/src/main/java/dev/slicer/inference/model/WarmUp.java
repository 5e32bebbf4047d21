package dev.slicer.inference.model;

import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TokenizedDocument;
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

    /** Texts of 1, 4 and 64 sentences: from some ten sub-tokens to more than the window of any model. */
    public static final List<Document> DOCUMENTS = IntStream.of(1, 4, 64)
            .mapToObj(sentences -> Document.of("warm-up-" + sentences, SENTENCE.repeat(sentences)))
            .toList();

    private final BatchingQueue queue;

    @Inject
    public WarmUp(BatchingQueue queue) {
        this.queue = queue;
    }

    /**
     * Runs the shortest alone, as a request has all cores, then all together, side by side.
     *
     * @return the model
     * @throws RuntimeException where the model cannot tag them; it is then closed
     */
    public Tagger runAllLengths(Tagger tagger) {
        return run(tagger, DOCUMENTS);
    }

    /**
     * Runs short texts only, for a model that is to follow another one: the engine has met longer ones, and a pass over one
     * would hold up those who use the other model.
     *
     * @return the model
     * @throws RuntimeException where the model cannot tag them; it is then closed
     */
    public Tagger runShortLengths(Tagger tagger) {
        return run(tagger, DOCUMENTS.subList(0, DOCUMENTS.size() - 1));
    }

    private Tagger run(Tagger tagger, List<Document> documents) {
        try {
            List<TokenizedDocument> tokenized = documents.stream()
                    .map(document -> tagger.tokenize(document, TaggingOptions.defaults()))
                    .toList();
            compute(tagger, tokenized.subList(0, 1));
            compute(tagger, tokenized);
            tokenized.forEach(TokenizedDocument::decode);
            return tagger;
        } catch (RuntimeException | Error e) {
            tagger.close();
            throw e;
        }
    }

    private void compute(Tagger tagger, List<TokenizedDocument> tokenized) {
        try {
            queue.submit(tagger, tokenized, Lane.BULK).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new BrokenModelException("the model fails on ordinary texts", e.getCause());
        }
    }
}
