package dev.slicer.inference.batching;

import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.Reading;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Remembers the sizes of its passes and holds them up when told to. */
final class StepTagger implements Tagger {
    /** Size of the chunk that it fails on. */
    static final int POISON = 13;

    private final String modelId;
    private final List<List<Integer>> passes = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch inPass = new CountDownLatch(1);

    StepTagger(String modelId) {
        this.modelId = modelId;
    }

    private record Sized(int tokens) implements Chunk {}

    private record SizedReading(List<Sized> chunks) implements Reading {
        @Override
        public TaggedDocument decode() {
            throw new UnsupportedOperationException();
        }
    }

    /** A document for each size. */
    List<Reading> readings(int... tokens) {
        return IntStream.of(tokens)
                .<Reading>mapToObj(size -> new SizedReading(List.of(new Sized(size))))
                .toList();
    }

    void hold() {
        inPass = new CountDownLatch(1);
        gate = new CountDownLatch(1);
    }

    void letGo() {
        gate.countDown();
    }

    void awaitPass() throws InterruptedException {
        inPass.await();
    }

    List<List<Integer>> passes() {
        return List.copyOf(passes);
    }

    @Override
    public void compute(List<? extends Chunk> chunks) {
        inPass.countDown();
        boolean interrupted = Thread.interrupted();
        while (gate.getCount() > 0) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (chunks.stream().anyMatch(chunk -> chunk.tokens() == POISON)) {
            throw new IllegalStateException("poison");
        }
        passes.add(chunks.stream().map(Chunk::tokens).toList());
    }

    @Override
    public Reading read(Document document, TaggingOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int maxBatchTokens() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String modelId() {
        return modelId;
    }

    @Override
    public LabelSet labels() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Precision precision() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
