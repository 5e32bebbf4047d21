package dev.slicer.inference.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.checkpoint.files.CheckpointException;
import dev.slicer.checkpoint.files.CheckpointException.Kind;
import dev.slicer.checkpoint.files.ModelFiles;
import dev.slicer.inference.batching.BatchingLimits;
import dev.slicer.inference.batching.BatchingQueue;
import dev.slicer.inference.batching.QueueMetrics;
import dev.slicer.inference.model.SharedTagger.Lease;
import dev.slicer.inference.testing.FakeTagger;
import dev.slicer.inference.testing.FreeSlot;
import dev.slicer.text.Document;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServingModelTest {
    private static final Path FOLDER = Path.of("checkpoints");
    private static final ModelFiles FILES = ModelFiles.in(FOLDER);
    private final Map<String, FakeTagger> opened = new ConcurrentHashMap<>();
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final BatchingQueue queue =
            new BatchingQueue(new BatchingLimits(512, Duration.ZERO, 8192, 1), new QueueMetrics(metrics));
    private final UntoldLoads untold = new UntoldLoads();
    private final ServingModel models = new ServingModel(
            (checkpoint, modelId) -> opened.computeIfAbsent(modelId, FakeTagger::new),
            new WarmUp(queue),
            new FreeSlot(),
            untold,
            Clock.systemUTC(),
            metrics);

    @AfterEach
    void stop() {
        queue.close();
    }

    @Test
    void shouldServeNothingBeforeFirstModelIsLoaded() throws InterruptedException {
        // When / Then
        assertThat(models.lease()).isEmpty();
        assertThat(models.current()).isEmpty();
        assertThat(models.awaitFirst(Duration.ZERO)).isFalse();
    }

    @Test
    void shouldWarmUpBeforeServing() {
        // When
        models.load("a", () -> FILES);

        // Then
        assertThat(opened.get("a").computed()).containsExactlyInAnyOrderElementsOf(WarmUp.DOCUMENTS);
        assertThat(opened.get("a").calls()).as("the shortest alone, too").isGreaterThanOrEqualTo(2);
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("a");
        assertThat(metrics.get("slicer.model").tag("model", "a").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void shouldCloseOldModelWhenItsLastCallEnded() {
        // Given
        models.load("a", () -> FILES);
        Lease first = models.lease().orElseThrow();
        Lease second = models.lease().orElseThrow();

        // When
        models.load("b", () -> FILES);

        // Then
        first.close();
        first.close();
        assertThat(opened.get("a").isClosed()).isFalse();
        assertThat(second.tagger().tag(List.of(Document.of("1", "x")))).hasSize(1);
        second.close();
        assertThat(opened.get("a").isClosed()).isTrue();
        try (Lease lease = models.lease().orElseThrow()) {
            assertThat(lease.tagger().modelId()).isEqualTo("b");
        }
        assertThat(opened.get("b").isClosed()).isFalse();
    }

    @Test
    void shouldKeepOldModelOpenForWhoSharesALeaseThatHasEnded() {
        // Given
        models.load("a", () -> FILES);
        Lease first = models.lease("a").orElseThrow();
        models.load("b", () -> FILES);

        // When: the lease of a retired model is shared
        Lease shared = first.share();
        first.close();

        // Then
        assertThat(opened.get("a").isClosed()).isFalse();
        shared.close();
        assertThat(opened.get("a").isClosed()).isTrue();
    }

    @Test
    void shouldLeaseAModelByNameOnlyWhileItServes() {
        // Given
        models.load("a", () -> FILES);
        assertThat(models.lease("b")).isEmpty();

        // When: nobody has kept it from being closed
        models.load("b", () -> FILES);

        // Then
        assertThat(opened.get("a").isClosed()).isTrue();
        assertThat(models.lease("a")).isEmpty();
        assertThat(models.lease("b")).isPresent();
    }

    @Test
    void shouldNotLoadTheModelLeftAgainBeforeThereIsReasonTo() {
        // Given
        models.load("a", () -> FILES);
        opened.remove("a");
        models.load("b", () -> FILES);
        opened.remove("b");
        assertThat(models.switchBack("asha")).hasValue(true);

        // When / Then
        assertThat(models.load("b", () -> FILES)).isFalse();
        models.reconsider();
        assertThat(models.load("b", () -> FILES)).isTrue();
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("b");
    }

    @Test
    void shouldLoadAModelThatServesNoSecondTime() {
        // Given
        AtomicInteger fetched = new AtomicInteger();
        Supplier<ModelFiles> checkpoint = () -> {
            fetched.incrementAndGet();
            return FILES;
        };
        models.load("a", checkpoint);

        // When
        boolean serves = models.load("a", checkpoint);

        // Then
        assertThat(serves).isTrue();
        assertThat(fetched).hasValue(1);
    }

    @Test
    void shouldKeepWhatBecameOfEachModelUntilTheOthersKnowOfIt() {
        // Given: one that is tried again fails as before, and is told once
        models.load("a", () -> FILES);
        for (int attempt = 0; attempt < 3; attempt++) {
            models.load("b", () -> {
                throw new CheckpointException(FOLDER.resolve("b"), "is not there");
            });
        }
        models.load("c", () -> FILES);
        models.load("c", () -> FILES);

        // When
        List<Load> told = new ArrayList<>();
        for (Optional<Load> next = untold.oldest(); next.isPresent(); next = untold.oldest()) {
            told.add(next.get());
            untold.removeOldest();
        }

        // Then
        assertThat(told).extracting(Load::modelId).containsExactly("a", "b", "c");
        assertThat(told.get(1))
                .isInstanceOfSatisfying(
                        FailedLoad.class,
                        failure -> assertThat(failure.reason()).endsWith("b: is not there"));
    }

    @Test
    void shouldKeepOldModelWhenNewOneIsBroken() {
        // Given
        models.load("a", () -> FILES);

        // When
        boolean served = models.load("b", () -> {
            throw new CheckpointException(FOLDER.resolve("b/model.safetensors"), "sha256 differs from the manifest's");
        });

        // Then
        assertThat(served).isFalse();
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("a");
        assertThat(opened.get("a").isClosed()).isFalse();
        assertThat(models.lastFailure().orElseThrow())
                .satisfies(failure -> assertThat(failure.modelId()).isEqualTo("b"))
                .satisfies(failure -> assertThat(failure.reason()).endsWith("sha256 differs from the manifest's"));
        assertThat(metrics.counter("slicer.model.loads.failed").count()).isEqualTo(1);
    }

    @Test
    void shouldShowThatACheckpointIsGoingToBeTriedAgain() {
        // Given
        Instant soon = Instant.now().plusSeconds(2);

        // When
        models.load("b", () -> {
            throw new OutOfMemoryError("Java heap space");
        });
        models.tryAgainAt(Optional.of(soon));

        // Then
        assertThat(models.lastFailure("b")).hasValue(Kind.UNAVAILABLE);
        assertThat(models.lastFailure("a")).isEmpty();
        assertThat(models.nextAttempt()).hasValue(soon);
        assertThat(waiting()).isEqualTo(1);

        // When
        models.tryAgainAt(Optional.empty());

        // Then
        assertThat(waiting()).isZero();
    }

    private double waiting() {
        return metrics.get("slicer.model.load.waiting").gauge().value();
    }

    @Test
    void shouldFetchPreviousModelAgainAndKeepOneInMemoryWhenSwitchedBack() {
        // Given
        AtomicInteger fetched = new AtomicInteger();
        models.load("a", () -> {
            fetched.incrementAndGet();
            return FILES;
        });
        FakeTagger first = opened.remove("a");
        models.load("b", () -> FILES);

        // When
        boolean served = models.switchBack("asha").orElseThrow();

        // Then
        assertThat(served).isTrue();
        assertThat(fetched).hasValue(2);
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("a");
        assertThat(models.previous().orElseThrow().modelId()).isEqualTo("b");
        assertThat(first.isClosed()).isTrue();
        assertThat(opened.get("b").isClosed()).isTrue();
        assertThat(opened.get("a").isClosed()).isFalse();
    }

    @Test
    void shouldKeepServingWhenPreviousModelIsGoneFromTheStore() {
        // Given
        AtomicBoolean gone = new AtomicBoolean();
        models.load("a", () -> {
            if (gone.get()) {
                throw new CheckpointException(FOLDER.resolve("a"), "is not there");
            }
            return FILES;
        });
        models.load("b", () -> FILES);
        gone.set(true);

        // When
        boolean served = models.switchBack("asha").orElseThrow();

        // Then
        assertThat(served).isFalse();
        assertThat(models.current().orElseThrow().modelId()).isEqualTo("b");
        assertThat(opened.get("b").isClosed()).isFalse();
        assertThat(models.lastFailure().orElseThrow().modelId()).isEqualTo("a");
        assertThat(models.load("c", () -> FILES)).isTrue();
    }

    @Test
    void shouldLoseNoCallWhenModelsAreExchangedUnderLoad() throws Exception {
        // Given
        models.load("0", () -> FILES);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<Integer>> calls = java.util.stream.IntStream.range(0, 4)
                .mapToObj(caller -> callers.submit(() -> {
                    int answered = 0;
                    while (!over.get()) {
                        try (Lease lease = models.lease().orElseThrow()) {
                            answered += lease.tagger()
                                    .tag(List.of(Document.of("1", "Maathai")))
                                    .size();
                        }
                    }
                    return answered;
                }))
                .toList();

        // When
        for (int i = 1; i <= 200; i++) {
            models.load(Integer.toString(i), () -> FILES);
        }
        over.set(true);

        // Then: a call that met a closed tagger would have thrown
        for (Future<Integer> call : calls) {
            assertThat(call.get()).isPositive();
        }
        callers.shutdown();
        assertThat(opened.values()).filteredOn(tagger -> !tagger.isClosed()).hasSize(1);
    }
}
