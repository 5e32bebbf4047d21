package dev.slicer.tagging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.engine.Precision;
import dev.slicer.labels.LabelSet;
import dev.slicer.text.Document;
import dev.slicer.text.TaggedDocument;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchesTest {

    @Test
    void shouldComputeAsManyPassesAtOnceAsThereAreCoresEachOnOne() {
        // Given passes that wait for one another
        CountDownLatch together = new CountDownLatch(3);
        Passes tagger = new Passes(3, tokens -> {
            together.countDown();
            assertThat(awaited(together)).isTrue();
        });

        // When
        Batches.compute(tagger, texts(250, 250, 250));

        // Then
        assertThat(tagger.cores).containsExactly(1, 1, 1);
    }

    @Test
    void shouldGiveASinglePassAllCores() {
        Passes tagger = new Passes(4, tokens -> {});

        Batches.compute(tagger, texts(100, 100));

        assertThat(tagger.cores).containsExactly(4);
    }

    @Test
    void shouldFillPassesAsTheTaggerSaysWhereThereIsOneCore() {
        Passes tagger = new Passes(1, tokens -> {});

        Batches.compute(tagger, texts(250, 250, 250, 250));

        assertThat(tagger.tokens).containsExactlyInAnyOrder(500, 500);
    }

    @Test
    void shouldFailAsTheFirstPassThatFailsOnceNoneIsComputedAnyMore() {
        // Given
        Passes tagger = new Passes(2, tokens -> {
            if (tokens == 240) {
                throw new IllegalStateException("out of memory");
            }
        });

        // When, Then
        assertThatThrownBy(() -> Batches.compute(tagger, texts(240, 240, 250, 250)))
                .hasMessage("out of memory");
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record Sized(int tokens) implements Chunk {}

    private static List<TokenizedDocument> texts(int... tokens) {
        return IntStream.of(tokens)
                .<TokenizedDocument>mapToObj(size -> new TokenizedDocument() {
                    @Override
                    public List<Chunk> chunks() {
                        return List.of(new Sized(size));
                    }

                    @Override
                    public TaggedDocument decode() {
                        throw new UnsupportedOperationException();
                    }
                })
                .toList();
    }

    private static final class Passes implements Tagger {
        final ConcurrentLinkedQueue<Integer> cores = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Integer> tokens = new ConcurrentLinkedQueue<>();
        private final int allCores;
        private final IntConsumer pass;

        Passes(int allCores, IntConsumer pass) {
            this.allCores = allCores;
            this.pass = pass;
        }

        @Override
        public void compute(List<? extends Chunk> chunks, int coresOfPass) {
            int sum = chunks.stream().mapToInt(Chunk::tokens).sum();
            cores.add(coresOfPass);
            tokens.add(sum);
            pass.accept(sum);
        }

        @Override
        public int cores() {
            return allCores;
        }

        @Override
        public int maxBatchTokens() {
            return 512;
        }

        @Override
        public TokenizedDocument tokenize(Document document, TaggingOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<TaggedSubTokens> tagSubTokens(List<Document> documents) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String modelId() {
            return "passes";
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
}
