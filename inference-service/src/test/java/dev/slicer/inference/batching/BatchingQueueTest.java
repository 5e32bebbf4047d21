package dev.slicer.inference.batching;

import static dev.slicer.kafka.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.engine.SideBySide;
import dev.slicer.tagging.TokenizedDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchingQueueTest {
    private static final QueueMetrics METRICS = new QueueMetrics(new SimpleMeterRegistry());

    private final StepTagger tagger = new StepTagger("a");
    private final List<BatchingQueue> open = new ArrayList<>();

    private BatchingQueue queue(int maxBatchTokens, int maxQueuedTokens) {
        return queue(new BatchingLimits(maxBatchTokens, Duration.ofMillis(1), maxQueuedTokens, 1));
    }

    private BatchingQueue queue(BatchingLimits limits) {
        BatchingQueue queue = new BatchingQueue(limits, METRICS);
        open.add(queue);
        return queue;
    }

    private static CompletableFuture<Timing> ended(CompletionStage<Timing> submitted) {
        return submitted.toCompletableFuture();
    }

    @AfterEach
    void close() {
        tagger.letGo();
        open.forEach(BatchingQueue::close);
    }

    @Test
    void shouldComputeTextsOfSeveralCallersInOnePass() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 1000);
        tagger.hold();
        CompletionStage<Timing> first = queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        List<CompletionStage<Timing>> others = IntStream.range(0, 5)
                .mapToObj(i -> queue.submit(tagger, tagger.tokenized(10, 10), Lane.INTERACTIVE))
                .toList();
        tagger.letGo();

        // Then
        ended(first).get();
        for (CompletionStage<Timing> other : others) {
            ended(other).get();
        }
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(10, 10, 10, 10, 10, 10, 10, 10, 10, 10));
    }

    @Test
    void shouldWaitForCompanyNotLongerThanConfiguredWhereCallersComeCloseTogether() throws Exception {
        // Given
        BatchingQueue queue = queue(new BatchingLimits(100, Duration.ofMillis(200), 1000, 1));

        // When
        CompletionStage<Timing> alone = queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        ended(alone).get();
        CompletionStage<Timing> first = queue.submit(tagger, tagger.tokenized(20), Lane.INTERACTIVE);
        CompletionStage<Timing> second = queue.submit(tagger, tagger.tokenized(30), Lane.INTERACTIVE);

        // Then
        assertThat(ended(first).get().queued()).isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
        ended(second).get();
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(20, 30));
    }

    @Test
    void shouldNotHaveACallerWaitWhoComesAlone() throws Exception {
        BatchingQueue queue = queue(new BatchingLimits(100, Duration.ofMinutes(1), 1000, 1));

        ended(queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE)).get();

        assertThat(tagger.passes()).containsExactly(List.of(10));
    }

    @Test
    void shouldGiveAPassThatNothingWaitsBehindAllCores() throws Exception {
        BatchingQueue queue = queue(new BatchingLimits(512, Duration.ZERO, 1000, 4));

        ended(queue.submit(tagger, tagger.tokenized(300), Lane.INTERACTIVE)).get();
        ended(queue.submit(tagger, tagger.tokenized(20), Lane.BULK)).get();

        assertThat(tagger.coresOfPasses()).containsExactly(4, 4);
    }

    @Test
    void shouldComputePassesSideBySideWhereOthersWait() throws Exception {
        // Given
        BatchingQueue queue = queue(new BatchingLimits(512, Duration.ZERO, 5000, 2));
        tagger.hold();
        CompletionStage<Timing> alone = queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        List<CompletionStage<Timing>> waiting = IntStream.range(0, 6)
                .mapToObj(i -> queue.submit(tagger, tagger.tokenized(100, 100), Lane.values()[i % 2]))
                .toList();
        tagger.letGo();

        // Then
        ended(alone).get();
        for (CompletionStage<Timing> work : waiting) {
            ended(work).get();
        }
        assertThat(tagger.passes().stream().flatMap(List::stream)).hasSize(13);
        assertThat(tagger.passes())
                .allMatch(pass -> pass.stream().mapToInt(Integer::intValue).sum() <= 256);
        assertThat(tagger.coresOfPasses()).startsWith(2, 1, 1, 1);
        assertThat(tagger.mostCores()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatWouldWaitBehindTooMuchAndSayWhenToComeAgain() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 150);
        ended(queue.submit(tagger, tagger.tokenized(50), Lane.INTERACTIVE)).get();
        tagger.hold();
        CompletionStage<Timing> computing = queue.submit(tagger, tagger.tokenized(90), Lane.INTERACTIVE);
        tagger.awaitPass();
        CompletionStage<Timing> waiting = queue.submit(tagger, tagger.tokenized(90, 40), Lane.INTERACTIVE);

        // When, Then
        assertThatThrownBy(() -> queue.submit(tagger, tagger.tokenized(30), Lane.INTERACTIVE))
                .isInstanceOfSatisfying(
                        QueueFullException.class,
                        full -> assertThat(full.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)))
                .hasMessage("130 sub-tokens wait to be tagged; 30 more would be over the limit of 150");
        queue.requireRoom(Lane.INTERACTIVE, "");
        CompletionStage<Timing> filling = queue.submit(tagger, tagger.tokenized(20), Lane.INTERACTIVE);
        assertThatThrownBy(() -> queue.requireRoom(Lane.INTERACTIVE, "")).isInstanceOf(QueueFullException.class);
        queue.requireRoom(Lane.BULK, "");
        CompletionStage<Timing> bulk = queue.submit(tagger, tagger.tokenized(500), Lane.BULK);
        tagger.letGo();
        ended(filling).get();
        ended(computing).get();
        ended(waiting).get();
        ended(bulk).get();
    }

    @Test
    void shouldTakeASingleRequestThatIsOverTheLimitWhereNothingWaits() throws Exception {
        BatchingQueue queue = queue(100, 50);

        ended(queue.submit(tagger, tagger.tokenized(60, 60), Lane.INTERACTIVE)).get();

        assertThat(tagger.passes()).containsExactly(List.of(60), List.of(60));
    }

    @Test
    void shouldGiveEachClientThatWaitsAnEqualPartOfAPass() throws Exception {
        // Given
        BatchingQueue queue = queue(128, 10_000);
        tagger.hold();
        List<CompletionStage<Timing>> work = new ArrayList<>();
        work.add(queue.submit(tagger, tagger.tokenized(1), Lane.INTERACTIVE, "many"));
        tagger.awaitPass();

        // When: one has much that waits, and another one comes with little
        work.add(queue.submit(tagger, tagger.tokenized(sizes(20, 16)), Lane.INTERACTIVE, "many"));
        work.add(queue.submit(tagger, tagger.tokenized(15, 15, 15), Lane.INTERACTIVE, "few"));
        tagger.letGo();

        // Then: half of a pass of 64 sub-tokens is hers
        for (CompletionStage<Timing> each : work) {
            ended(each).get();
        }
        assertThat(tagger.passes().get(1)).containsExactlyInAnyOrder(15, 15, 16, 16);
        assertThat(tagger.passes().get(2)).contains(15, 16, 16);
    }

    /** In passes, which cannot be slow: what a client waits is at most what runs when it comes. */
    @Test
    void shouldComputeAGoodClientsTextInTheNextPassWhateverAHostileOneHasWaiting() throws Exception {
        // Given
        BatchingQueue queue = queue(128, 4096);
        List<Integer> waited = new ArrayList<>();
        ended(queue.submit(tagger, tagger.tokenized(1), Lane.INTERACTIVE, "good"))
                .get();

        for (int round = 0; round < 100; round++) {
            tagger.hold();
            List<CompletionStage<Timing>> hostile = new ArrayList<>(fill(queue, "hostile"));
            tagger.awaitPass();
            hostile.addAll(fill(queue, "hostile"));
            int before = tagger.passes().size();

            // When
            CompletionStage<Timing> good = queue.submit(tagger, tagger.tokenized(23), Lane.INTERACTIVE, "good");
            tagger.letGo();
            ended(good).get();

            // Then
            List<List<Integer>> since = tagger.passes().stream().skip(before).toList();
            waited.add(IntStream.range(0, since.size())
                    .filter(pass -> since.get(pass).contains(23))
                    .findFirst()
                    .orElseThrow());
            for (CompletionStage<Timing> each : hostile) {
                ended(each).get();
            }
        }
        assertThat(waited).allMatch(passes -> passes <= 1);
    }

    @Test
    void shouldRefuseAHostileClientBeyondItsShareAndTakeAGoodOneIn() throws Exception {
        // Given
        BatchingQueue queue = queue(128, 1000);
        tagger.hold();
        CompletionStage<Timing> computing = queue.submit(tagger, tagger.tokenized(1), Lane.INTERACTIVE, "hostile");
        tagger.awaitPass();
        CompletionStage<Timing> waiting =
                queue.submit(tagger, tagger.tokenized(sizes(10, 100)), Lane.INTERACTIVE, "hostile");

        // When
        CompletionStage<Timing> good = queue.submit(tagger, tagger.tokenized(100), Lane.INTERACTIVE, "good");

        // Then
        assertThatThrownBy(() -> queue.submit(tagger, tagger.tokenized(1), Lane.INTERACTIVE, "hostile"))
                .isInstanceOf(QueueFullException.class)
                .hasMessage(
                        "1000 sub-tokens of yours wait to be tagged; 1 more would be over your share of 500 while 1 other "
                                + "client waits");
        assertThatThrownBy(() -> queue.submit(tagger, tagger.tokenized(600), Lane.INTERACTIVE, "third"))
                .isInstanceOf(QueueFullException.class);
        tagger.letGo();
        ended(good).get();
        ended(waiting).get();
        ended(computing).get();
    }

    @Test
    void shouldLeaveACoreFreeForTheNextClientWhereSeveralAreHere() throws Exception {
        // Given
        BatchingQueue queue = queue(new BatchingLimits(512, Duration.ZERO, 10_000, 2));
        ended(queue.submit(tagger, tagger.tokenized(1), Lane.INTERACTIVE, "good"))
                .get();
        tagger.hold();
        List<CompletionStage<Timing>> hostile = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            hostile.add(queue.submit(tagger, tagger.tokenized(100, 100), Lane.INTERACTIVE, "hostile"));
        }
        tagger.awaitPass();

        // When
        CompletionStage<Timing> good = queue.submit(tagger, tagger.tokenized(23), Lane.INTERACTIVE, "good");
        await("the good one to be computed beside the hostile one").until(() -> tagger.coresInUse() == 2);
        tagger.letGo();

        // Then
        ended(good).get();
        for (CompletionStage<Timing> each : hostile) {
            ended(each).get();
        }
        assertThat(tagger.passes()).contains(List.of(23));
    }

    private static int[] sizes(int documents, int tokens) {
        return IntStream.generate(() -> tokens).limit(documents).toArray();
    }

    /** With all that may wait of the client. */
    private List<CompletionStage<Timing>> fill(BatchingQueue queue, String client) {
        List<CompletionStage<Timing>> submitted = new ArrayList<>();
        try {
            while (true) {
                submitted.add(queue.submit(tagger, tagger.tokenized(16, 16, 16), Lane.INTERACTIVE, client));
            }
        } catch (QueueFullException full) {
            assertThat(full.retryAfter()).isPositive();
        }
        return submitted;
    }

    @Test
    void shouldAnswerTheOthersWhenOneTextBringsTheModelDown() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 1000);
        tagger.hold();
        queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        CompletionStage<Timing> good = queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        CompletionStage<Timing> bad = queue.submit(tagger, tagger.tokenized(StepTagger.POISON), Lane.INTERACTIVE);
        CompletionStage<Timing> alsoGood = queue.submit(tagger, tagger.tokenized(20), Lane.INTERACTIVE);
        tagger.letGo();

        // Then
        ended(good).get();
        ended(alsoGood).get();
        assertThatThrownBy(() -> ended(bad).get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("poison");
    }

    @Test
    void shouldNotComputeWhatWasCancelledBeforeItBegan() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 1000);
        tagger.hold();
        CompletionStage<Timing> computing = queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        tagger.awaitPass();
        CompletionStage<Timing> cancelled = queue.submit(tagger, tagger.tokenized(20), Lane.INTERACTIVE);
        CompletionStage<Timing> kept = queue.submit(tagger, tagger.tokenized(30), Lane.INTERACTIVE);

        // When
        queue.takeBack(cancelled);
        queue.takeBack(computing);

        // Then
        assertThatThrownBy(() -> ended(cancelled).get()).hasCauseInstanceOf(CancellationException.class);
        // The tagger must stay open until its pass is over.
        assertThat(ended(computing)).isNotDone();
        assertThat(queue.queuedTokens(Lane.INTERACTIVE)).isEqualTo(30);
        tagger.letGo();
        assertThatThrownBy(() -> ended(computing).get()).hasCauseInstanceOf(CancellationException.class);
        ended(kept).get();
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(30));
    }

    @Test
    void shouldLetRequestsGoFirstButNeverStarveTheStream() throws Exception {
        // Given
        BatchingQueue queue = queue(10, 1000);
        tagger.hold();
        queue.submit(tagger, tagger.tokenized(1), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        CompletionStage<Timing> bulk = queue.submit(tagger, tagger.tokenized(9, 9), Lane.BULK);
        CompletionStage<Timing> requests =
                queue.submit(tagger, tagger.tokenized(10, 10, 10, 10, 10, 10, 10, 10), Lane.INTERACTIVE);
        tagger.letGo();

        // Then
        ended(bulk).get();
        ended(requests).get();
        List<List<Integer>> passes = tagger.passes();
        assertThat(passes.get(1)).containsExactly(10);
        assertThat(passes.indexOf(List.of(9))).isLessThanOrEqualTo(4);
        assertThat(passes.lastIndexOf(List.of(9))).isLessThanOrEqualTo(8);
    }

    @Test
    void shouldServeTwoModelsWhileOneIsExchangedForTheOther() throws Exception {
        // Given
        StepTagger next = new StepTagger("b");
        BatchingQueue queue = queue(100, 1000);
        tagger.hold();
        queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        CompletionStage<Timing> old = queue.submit(tagger, tagger.tokenized(20), Lane.INTERACTIVE);
        CompletionStage<Timing> fresh = queue.submit(next, next.tokenized(30), Lane.INTERACTIVE);
        CompletionStage<Timing> oldAgain = queue.submit(tagger, tagger.tokenized(40), Lane.INTERACTIVE);
        tagger.letGo();

        // Then
        ended(old).get();
        ended(fresh).get();
        ended(oldAgain).get();
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(20, 40));
        assertThat(next.passes()).containsExactly(List.of(30));
    }

    @Test
    void shouldNotTellACallerOfWorkThatIsStillBeingComputed() {
        // Given: engine threads that take long to take work, while those who submit it go on
        BatchingQueue queue = queue(new BatchingLimits(100, Duration.ZERO, Integer.MAX_VALUE, 2));
        tagger.takeSlowly();

        // When
        List<Boolean> computed = SideBySide.map(IntStream.range(0, 3000).boxed().toList(), 8, i -> {
            List<TokenizedDocument> tokenized = tagger.tokenized(10);
            ended(queue.submit(tagger, tokenized, Lane.BULK)).join();
            return StepTagger.isComputed(tokenized);
        });

        // Then
        assertThat(computed).containsOnly(true);
    }

    @Test
    void shouldAnswerATextWithoutWordsAtOnce() throws Exception {
        BatchingQueue queue = queue(100, 1000);

        CompletionStage<Timing> work = queue.submit(tagger, List.of(), Lane.INTERACTIVE);

        assertThat(ended(work).get(0, TimeUnit.SECONDS).computed()).isZero();
    }

    @Test
    void shouldFailWhatWaitsWhenStopped() throws Exception {
        // Given
        BatchingQueue queue = queue(10, 1000);
        tagger.hold();
        CompletionStage<Timing> computing = queue.submit(tagger, tagger.tokenized(10), Lane.INTERACTIVE);
        tagger.awaitPass();
        CompletionStage<Timing> waiting = queue.submit(tagger, tagger.tokenized(10), Lane.BULK);

        // When
        Thread stopping = new Thread(queue::close);
        stopping.start();
        while (stopping.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        tagger.letGo();
        stopping.join();

        // Then
        ended(computing).get();
        assertThatThrownBy(() -> ended(waiting).get()).hasRootCauseMessage("the engine is being stopped");
        assertThatThrownBy(() -> queue.submit(tagger, tagger.tokenized(10), Lane.BULK))
                .hasMessage("the engine is being stopped");
    }

    @Property(tries = 30)
    void shouldComputeEachChunkOnceWithinTheBudgetWhateverComes(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int budget,
            @ForAll @IntRange(min = 1, max = 4) int cores)
            throws Exception {
        // Given
        StepTagger fresh = new StepTagger("any");
        Random random = new Random(seed);
        try (BatchingQueue queue =
                new BatchingQueue(new BatchingLimits(budget, Duration.ZERO, Integer.MAX_VALUE, cores), METRICS)) {
            // When
            List<CompletionStage<Timing>> submitted = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                int[] chunks = random.ints(random.nextInt(5), 14, 80).toArray();
                IntStream.of(chunks).forEach(sizes::add);
                List<TokenizedDocument> tokenized = fresh.tokenized(chunks);
                submitted.add(queue.submit(fresh, tokenized, Lane.values()[random.nextInt(2)]));
            }
            for (CompletionStage<Timing> work : submitted) {
                ended(work).get();
            }

            // Then
            assertThat(fresh.passes().stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(sizes);
            assertThat(fresh.passes())
                    .allMatch(pass -> pass.size() == 1
                            || pass.stream().mapToInt(Integer::intValue).sum() <= budget);
            assertThat(fresh.mostCores()).isLessThanOrEqualTo(cores);
        }
    }
}
