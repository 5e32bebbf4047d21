package dev.slicer.trainer.work;

import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.trainer.board.JobBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Puts requests into their topic again that the share group is done with though their jobs are open: averages, once the jobs are
 * over that they wait for, and jobs whose last trainer died before it could report their end. Every trainer looks, after a time
 * of its own; where two find the same, the first that is written counts.
 */
public final class Stragglers implements Runnable {
    private static final Logger LOG = Logger.getLogger(Stragglers.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration ASK_GROUP_EVERY = Duration.ofSeconds(15);
    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(2);
    private static final long MORE_PATIENCE_MILLIS = 3_000;

    private final JobBoard board;
    private final Runnable awaitBoard;
    private final Supplier<Map<TopicPartition, Long>> doneBefore;
    private final JobWork work;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Shutdown shutdown = new Shutdown();
    private final Map<JobBoard.Asked, Long> dueAt = new HashMap<>();
    private List<JobBoard.Asked> orphans = List.of();
    private OptionalLong askedGroupAt = OptionalLong.empty();

    /**
     * @param awaitBoard returns when the board knows all that the topics hold
     * @param doneBefore the offsets before which the group is done with all requests
     * @param nanoTime a monotonic clock
     */
    public Stragglers(
            JobBoard board,
            Runnable awaitBoard,
            Supplier<Map<TopicPartition, Long>> doneBefore,
            JobWork work,
            LongSupplier nanoTime,
            RandomGenerator random) {
        this.board = board;
        this.awaitBoard = awaitBoard;
        this.doneBefore = doneBefore;
        this.work = work;
        this.nanoTime = nanoTime;
        this.random = random;
    }

    @Override
    public void run() {
        while (!shutdown.hasBegun()) {
            shutdown.pause(LOOK_EVERY);
            try {
                look();
            } catch (KafkaException e) {
                LOG.warnf("Jobs whose requests are gone are looked for later: %s", e.getMessage());
                shutdown.pause(ASK_GROUP_EVERY);
            } catch (RuntimeException e) {
                LOG.error("Jobs whose requests are gone could not be looked for; they are later", e);
                shutdown.pause(ASK_GROUP_EVERY);
            }
        }
    }

    void look() {
        long now = nanoTime.getAsLong();
        if (askedGroupAt.isEmpty() || now - askedGroupAt.getAsLong() > ASK_GROUP_EVERY.toNanos()) {
            orphans = orphans();
            askedGroupAt = OptionalLong.of(now);
        }
        List<JobBoard.Asked> open = board.open();
        List<JobBoard.Asked> found = new ArrayList<>();
        open.stream().filter(JobBoard.Asked::waitsOnBoard).forEach(found::add);
        open.stream().filter(orphans::contains).forEach(found::add);
        dueAt.keySet().retainAll(new HashSet<>(found));
        for (JobBoard.Asked job : found) {
            long due = dueAt.computeIfAbsent(job, first -> now + patience());
            if (now - due >= 0 && !shutdown.hasBegun()) {
                work.requeue(job, "the share group is done with its request, and the job is open");
                dueAt.put(job, now + patience());
            }
        }
    }

    private long patience() {
        return LEAST_PATIENCE.plusMillis(random.nextLong(MORE_PATIENCE_MILLIS)).toNanos();
    }

    /** In this order: the group is asked about requests that are there, and what ends a job is written before it is done with one. */
    private List<JobBoard.Asked> orphans() {
        Set<JobBoard.Asked> there = new HashSet<>(board.open());
        Map<TopicPartition, Long> starts = doneBefore.get();
        awaitBoard.run();
        return board.open().stream()
                .filter(there::contains)
                .filter(job -> job.record().offset()
                        < starts.getOrDefault(
                                new TopicPartition(
                                        job.record().topic(), job.record().partition()),
                                0L))
                .toList();
    }

    /** Ends {@link #run}. */
    public void close() {
        shutdown.begin();
    }
}
