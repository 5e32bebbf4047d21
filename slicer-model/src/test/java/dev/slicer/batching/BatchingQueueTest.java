package dev.slicer.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slicer.tagging.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
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
    private static final BatchObserver UNWATCHED = (lane, chunks, tokens, took) -> {};

    private final StepTagger tagger = new StepTagger("a");
    private final List<BatchingQueue> open = new ArrayList<>();

    private BatchingQueue queue(int maxBatchTokens, int maxQueuedTokens) {
        return queue(new BatchingLimits(maxBatchTokens, Duration.ofMillis(1), maxQueuedTokens));
    }

    private BatchingQueue queue(BatchingLimits limits) {
        BatchingQueue queue = new BatchingQueue(limits, UNWATCHED);
        open.add(queue);
        return queue;
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
        Ticket first = queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        List<Ticket> others = IntStream.range(0, 5)
                .mapToObj(i -> queue.submit(tagger, tagger.readings(10, 10), Lane.INTERACTIVE))
                .toList();
        tagger.letGo();

        // Then
        first.done().get();
        for (Ticket other : others) {
            other.done().get();
        }
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(10, 10, 10, 10, 10, 10, 10, 10, 10, 10));
    }

    @Test
    void shouldWaitForCompanyNotLongerThanConfigured() throws Exception {
        // Given
        BatchingQueue queue = queue(new BatchingLimits(100, Duration.ofMillis(200), 1000));

        // When
        Ticket first = queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        Ticket second = queue.submit(tagger, tagger.readings(20), Lane.INTERACTIVE);

        // Then
        assertThat(first.done().get().queued()).isBetween(Duration.ofMillis(150), Duration.ofSeconds(5));
        second.done().get();
        assertThat(tagger.passes()).containsExactly(List.of(10, 20));
    }

    @Test
    void shouldRefuseWhatWouldWaitBehindTooMuchAndSayWhenToComeAgain() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 150);
        queue.submit(tagger, tagger.readings(50), Lane.INTERACTIVE).done().get();
        tagger.hold();
        Ticket computing = queue.submit(tagger, tagger.readings(90), Lane.INTERACTIVE);
        tagger.awaitPass();
        Ticket waiting = queue.submit(tagger, tagger.readings(90, 40), Lane.INTERACTIVE);

        // When, Then
        assertThatThrownBy(() -> queue.submit(tagger, tagger.readings(30), Lane.INTERACTIVE))
                .isInstanceOfSatisfying(
                        QueueFullException.class,
                        full -> assertThat(full.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)))
                .hasMessage("130 sub-tokens wait to be tagged; 30 more would be over the limit of 150");
        queue.requireRoom(Lane.INTERACTIVE);
        Ticket filling = queue.submit(tagger, tagger.readings(20), Lane.INTERACTIVE);
        assertThatThrownBy(() -> queue.requireRoom(Lane.INTERACTIVE)).isInstanceOf(QueueFullException.class);
        queue.requireRoom(Lane.BULK);
        Ticket bulk = queue.submit(tagger, tagger.readings(500), Lane.BULK);
        tagger.letGo();
        filling.done().get();
        computing.done().get();
        waiting.done().get();
        bulk.done().get();
    }

    @Test
    void shouldTakeASingleRequestThatIsOverTheLimitWhereNothingWaits() throws Exception {
        BatchingQueue queue = queue(100, 50);

        queue.submit(tagger, tagger.readings(60, 60), Lane.INTERACTIVE).done().get();

        assertThat(tagger.passes()).containsExactly(List.of(60), List.of(60));
    }

    @Test
    void shouldAnswerTheOthersWhenOneTextBringsTheModelDown() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 1000);
        tagger.hold();
        queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        Ticket good = queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        Ticket bad = queue.submit(tagger, tagger.readings(StepTagger.POISON), Lane.INTERACTIVE);
        Ticket alsoGood = queue.submit(tagger, tagger.readings(20), Lane.INTERACTIVE);
        tagger.letGo();

        // Then
        good.done().get();
        alsoGood.done().get();
        assertThatThrownBy(() -> bad.done().get())
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("poison");
    }

    @Test
    void shouldNotComputeWhatWasCancelledBeforeItBegan() throws Exception {
        // Given
        BatchingQueue queue = queue(100, 1000);
        tagger.hold();
        Ticket computing = queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        tagger.awaitPass();
        Ticket cancelled = queue.submit(tagger, tagger.readings(20), Lane.INTERACTIVE);
        Ticket kept = queue.submit(tagger, tagger.readings(30), Lane.INTERACTIVE);

        // When
        cancelled.cancel();
        computing.cancel();

        // Then
        assertThatThrownBy(() -> cancelled.done().get()).isInstanceOf(CancellationException.class);
        // The tagger must stay open until its pass is over.
        assertThat(computing.done()).isNotDone();
        assertThat(queue.queuedTokens(Lane.INTERACTIVE)).isEqualTo(30);
        tagger.letGo();
        assertThatThrownBy(() -> computing.done().get()).isInstanceOf(CancellationException.class);
        kept.done().get();
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(30));
    }

    @Test
    void shouldLetRequestsGoFirstButNeverStarveTheStream() throws Exception {
        // Given
        BatchingQueue queue = queue(10, 1000);
        tagger.hold();
        queue.submit(tagger, tagger.readings(1), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        Ticket bulk = queue.submit(tagger, tagger.readings(9, 9), Lane.BULK);
        Ticket requests = queue.submit(tagger, tagger.readings(10, 10, 10, 10, 10, 10, 10, 10), Lane.INTERACTIVE);
        tagger.letGo();

        // Then
        bulk.done().get();
        requests.done().get();
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
        queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        tagger.awaitPass();

        // When
        Ticket old = queue.submit(tagger, tagger.readings(20), Lane.INTERACTIVE);
        Ticket fresh = queue.submit(next, next.readings(30), Lane.INTERACTIVE);
        Ticket oldAgain = queue.submit(tagger, tagger.readings(40), Lane.INTERACTIVE);
        tagger.letGo();

        // Then
        old.done().get();
        fresh.done().get();
        oldAgain.done().get();
        assertThat(tagger.passes()).containsExactly(List.of(10), List.of(20, 40));
        assertThat(next.passes()).containsExactly(List.of(30));
    }

    @Test
    void shouldAnswerATextWithoutWordsAtOnce() throws Exception {
        BatchingQueue queue = queue(100, 1000);

        Ticket ticket = queue.submit(tagger, List.of(), Lane.INTERACTIVE);

        assertThat(ticket.done().get(0, TimeUnit.SECONDS).computed()).isZero();
    }

    @Test
    void shouldFailWhatWaitsWhenStopped() throws Exception {
        // Given
        BatchingQueue queue = queue(10, 1000);
        tagger.hold();
        Ticket computing = queue.submit(tagger, tagger.readings(10), Lane.INTERACTIVE);
        tagger.awaitPass();
        Ticket waiting = queue.submit(tagger, tagger.readings(10), Lane.BULK);

        // When
        Thread stopping = new Thread(queue::close);
        stopping.start();
        while (stopping.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        tagger.letGo();
        stopping.join();

        // Then
        computing.done().get();
        assertThatThrownBy(() -> waiting.done().get()).hasRootCauseMessage("the engine is being stopped");
        assertThatThrownBy(() -> queue.submit(tagger, tagger.readings(10), Lane.BULK))
                .hasMessage("the engine is being stopped");
    }

    @Property(tries = 30)
    void shouldComputeEachChunkOnceWithinTheBudgetWhateverComes(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int budget) throws Exception {
        // Given
        StepTagger fresh = new StepTagger("any");
        Random random = new Random(seed);
        try (BatchingQueue queue =
                new BatchingQueue(new BatchingLimits(budget, Duration.ZERO, Integer.MAX_VALUE), UNWATCHED)) {
            // When
            List<Ticket> tickets = new ArrayList<>();
            List<Integer> sizes = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                int[] chunks = random.ints(random.nextInt(5), 14, 80).toArray();
                IntStream.of(chunks).forEach(sizes::add);
                List<Reading> readings = fresh.readings(chunks);
                tickets.add(queue.submit(fresh, readings, Lane.values()[random.nextInt(2)]));
            }
            for (Ticket ticket : tickets) {
                ticket.done().get();
            }

            // Then
            assertThat(fresh.passes().stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(sizes);
            assertThat(fresh.passes())
                    .allMatch(pass -> pass.size() == 1
                            || pass.stream().mapToInt(Integer::intValue).sum() <= budget);
        }
    }
}
