package dev.slicer.inference.batching;

import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.tagging.Chunk;
import dev.slicer.tagging.TaggedSubTokens;
import dev.slicer.tagging.Tagger;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.tagging.TokenizedDocument;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Remembers the sizes of its passes and holds them up when told to. */
final class StepTagger implements Tagger {
    /** Size of the chunk that it fails on. */
    static final int POISON = 13;

    private final String modelId;
    private final List<List<Integer>> passes = new CopyOnWriteArrayList<>();
    private final List<Integer> coresOfPasses = new CopyOnWriteArrayList<>();
    private final AtomicInteger coresInUse = new AtomicInteger();
    private final AtomicInteger mostCores = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean slow;
    private volatile CountDownLatch inPass = new CountDownLatch(1);

    StepTagger(String modelId) {
        this.modelId = modelId;
    }

    private final class Sized implements Chunk {
        private final int tokens;
        private volatile boolean computed;

        Sized(int tokens) {
            this.tokens = tokens;
        }

        @Override
        public int tokens() {
            if (slow && Thread.currentThread().getName().startsWith("engine-")) {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
            }
            return tokens;
        }
    }

    private record SizedDocument(List<Sized> chunks) implements TokenizedDocument {
        @Override
        public TaggedDocument decode() {
            throw new UnsupportedOperationException();
        }
    }

    /** A document for each size. */
    List<TokenizedDocument> tokenized(int... tokens) {
        return IntStream.of(tokens)
                .<TokenizedDocument>mapToObj(size -> new SizedDocument(List.of(new Sized(size))))
                .toList();
    }

    void hold() {
        inPass = new CountDownLatch(1);
        gate = new CountDownLatch(1);
    }

    /** Has engine threads look at each chunk for a while. */
    void takeSlowly() {
        slow = true;
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

    List<Integer> coresOfPasses() {
        return List.copyOf(coresOfPasses);
    }

    static boolean isComputed(List<TokenizedDocument> tokenized) {
        return tokenized.stream()
                .flatMap(document -> document.chunks().stream())
                .allMatch(chunk -> ((Sized) chunk).computed);
    }

    int coresInUse() {
        return coresInUse.get();
    }

    /** At one moment. */
    int mostCores() {
        return mostCores.get();
    }

    @Override
    public void compute(List<? extends Chunk> chunks, int cores) {
        coresOfPasses.add(cores);
        mostCores.accumulateAndGet(coresInUse.addAndGet(cores), Math::max);
        try {
            compute(chunks);
        } finally {
            coresInUse.addAndGet(-cores);
        }
    }

    private void compute(List<? extends Chunk> chunks) {
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
        chunks.forEach(chunk -> ((Sized) chunk).computed = true);
    }

    @Override
    public TokenizedDocument tokenize(Document document, TaggingOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int cores() {
        return 1;
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
