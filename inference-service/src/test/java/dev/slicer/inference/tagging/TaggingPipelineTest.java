package dev.slicer.inference.tagging;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.Lane;
import dev.slicer.inference.batching.QueueFullException;
import dev.slicer.inference.batching.QueueMetrics;
import dev.slicer.inference.model.SharedTagger;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.Hold;
import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;
import dev.slicer.text.Entity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TaggingPipelineTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchingQueue queue =
            new BatchingQueue(new BatchingLimits(8, Duration.ZERO, 100, 1), new QueueMetrics(registry));
    private final ExecutorService decoding = Executors.newFixedThreadPool(2);
    private final TaggingPipeline pipeline = new TaggingPipeline(queue, new TaggingMetrics(registry), decoding);
    private final FakeTagger tagger = new FakeTagger("model");
    private final SharedTagger model = new SharedTagger(tagger);
    private final Hold hold = Hold.begin();

    @AfterEach
    void stop() {
        hold.close();
        queue.close();
        decoding.shutdown();
    }

    @Test
    void shouldAnswerInTheOrderOfTheRequests() throws Exception {
        // When
        TaggingResult result =
                tag("Maathai", "a longer text about Maathai", "none").get();

        // Then
        assertThat(result.modelId()).isEqualTo("model");
        assertThat(result.documents())
                .extracting(document ->
                        document.entities().stream().map(Entity::start).toList())
                .containsExactly(List.of(0), List.of(20), List.of());
        awaitClosed();
    }

    @Test
    void shouldNotComputeWhatIsCancelledBeforeTheModelBegan() throws Exception {
        // Given
        CompletableFuture<TaggingResult> computing = tag("hold the engine");
        hold.awaitReached();
        String text = UUID.randomUUID().toString();
        CompletableFuture<TaggingResult> waiting = tag(text);

        // When
        waiting.cancel(false);

        // Then
        assertThat(queue.queuedTokens(Lane.BULK)).isZero();
        hold.close();
        assertThat(computing.get().documents()).hasSize(1);
        assertThat(Hold.computed(text)).isFalse();
        awaitClosed();
    }

    @Test
    void shouldNotComputeWhatHasNoTimeLeft() throws Exception {
        // Given
        CompletableFuture<TaggingResult> computing = tag("hold the engine");
        hold.awaitReached();
        String text = UUID.randomUUID().toString();

        // When
        CompletableFuture<TaggingResult> waiting = tag(text).orTimeout(1, TimeUnit.MILLISECONDS);

        // Then
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(queue.queuedTokens(Lane.BULK)).isZero();
        hold.close();
        computing.get();
        assertThat(Hold.computed(text)).isFalse();
    }

    @Test
    void shouldKeepTheModelOpenUntilItHasDoneWithWhatWasGivenUp() throws Exception {
        // Given
        CompletableFuture<TaggingResult> computing = tag("hold the engine");
        hold.awaitReached();

        // When
        computing.cancel(false);
        model.retire();

        // Then
        assertThat(tagger.isClosed()).isFalse();
        hold.close();
        awaitClosed();
    }

    @Test
    void shouldEndTheLeaseWhereTheModelFailsAndWhereTheQueueIsFull() throws Exception {
        // Given
        CompletableFuture<TaggingResult> computing = tag("hold the engine");
        hold.awaitReached();
        CompletableFuture<TaggingResult> poison = tag("poison");
        CompletableFuture<TaggingResult> filling = pipeline.tag(lease(), requests("x".repeat(100)), Lane.INTERACTIVE);

        // When / Then
        assertThatThrownBy(() -> pipeline.tag(lease(), requests("more"), Lane.INTERACTIVE))
                .isInstanceOf(QueueFullException.class);
        hold.close();
        assertThatThrownBy(poison::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
        computing.get();
        filling.get();
        awaitClosed();
    }

    @Test
    void shouldEndTheLeaseWhereTheStackDoesNotDoForATextsSubTokens() {
        // Given
        List<TaggingRequest> bottomless = new AbstractList<>() {
            @Override
            public TaggingRequest get(int index) {
                throw new StackOverflowError();
            }

            @Override
            public int size() {
                return 1;
            }
        };

        // When / Then
        assertThatThrownBy(() -> pipeline.tag(lease(), bottomless, Lane.BULK)).isInstanceOf(StackOverflowError.class);
        awaitClosed();
    }

    /** Which a retired model is when its last lease has ended. */
    private void awaitClosed() {
        model.retire();
        await("the model to be closed").until(tagger::isClosed);
    }

    private CompletableFuture<TaggingResult> tag(String... texts) {
        return pipeline.tag(lease(), requests(texts), Lane.BULK);
    }

    private SharedTagger.Lease lease() {
        return model.lease().orElseThrow();
    }

    private static List<TaggingRequest> requests(String... texts) {
        return Stream.of(texts)
                .map(text -> new TaggingRequest(Document.of("1", text), TaggingOptions.defaults()))
                .toList();
    }
}
