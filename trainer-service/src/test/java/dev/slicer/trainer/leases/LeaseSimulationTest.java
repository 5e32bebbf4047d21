package dev.slicer.trainer.leases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slicer.events.TrainingLease;
import dev.slicer.events.TrainingLease.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/**
 * Trainers, a log and the way between them, in any order that a network and two kinds of clocks can bring about. The
 * trainers' decisions are those of {@link LeaseLog} and {@link LeaseTerm}; time and records are played.
 */
class LeaseSimulationTest {
    private static final List<Integer> TTL_SECONDS = List.of(4, 8, 30);
    private static final List<String> JOBS = List.of("x", "y");
    /** By so much, all in all, may brokers' clocks be ahead of each other: what the shortest lease has to spare. */
    private static final long FORWARD_MILLIS = 1_000;

    enum What {
        TIME_PASSES,
        /** A claim that is written and read at once, so that what takes long is rare and what follows it is not. */
        CLAIM_PROMPTLY,
        RENEW_PROMPTLY,
        CLAIM,
        WRITE,
        ACKNOWLEDGE,
        READ,
        RENEW,
        RELEASE,
        CRASH,
        CLOCK_BACK,
        CLOCK_FORWARD
    }

    record Move(What what, int trainer, int job, int millis) {}

    record Written(Instant at, TrainingLease lease) {}

    @Provide
    Arbitrary<List<Move>> moves() {
        Arbitrary<What> what = Arbitraries.frequency(
                Tuple.of(8, What.TIME_PASSES),
                Tuple.of(10, What.CLAIM_PROMPTLY),
                Tuple.of(6, What.RENEW_PROMPTLY),
                Tuple.of(4, What.CLAIM),
                Tuple.of(10, What.WRITE),
                Tuple.of(8, What.ACKNOWLEDGE),
                Tuple.of(10, What.READ),
                Tuple.of(5, What.RENEW),
                Tuple.of(1, What.RELEASE),
                Tuple.of(1, What.CRASH),
                Tuple.of(1, What.CLOCK_BACK),
                Tuple.of(1, What.CLOCK_FORWARD));
        return Combinators.combine(
                        what,
                        Arbitraries.integers().between(0, TTL_SECONDS.size() - 1),
                        Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(1, 1)),
                        Arbitraries.frequencyOf(
                                Tuple.of(3, Arbitraries.integers().between(0, 1_500)),
                                Tuple.of(1, Arbitraries.integers().between(1_500, 9_000))))
                .as(Move::new)
                .list()
                .ofMinSize(20)
                .ofMaxSize(400);
    }

    @Property(tries = 1000)
    void shouldNeverHaveTwoHoldersAndFindEachDeadOnesJobANewOne(@ForAll("moves") List<Move> moves) {
        // Given
        World world = new World();

        for (Move move : moves) {
            // When
            world.make(move);

            // Then
            world.requireOneHolderPerJob();
            world.requireThatReadersAgree();
        }

        // And: it is not for want of takeovers
        Statistics.label("takeovers")
                .collect(world.takeovers > 0)
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 20));

        // And when all of them are gone and the longest lease is over
        world.trainers.forEach(Trainer::crash);
        world.trainers.forEach(trainer -> trainer.arriveAll(world));
        world.nanos += Duration.ofSeconds(TrainingLease.MAX_TTL_SECONDS).toNanos();
        world.brokerMillis = FORWARD_MILLIS;
        Trainer heir = new Trainer(99, 30);

        // Then
        for (String job : JOBS) {
            heir.claim(world, job);
            heir.arriveAll(world);
            heir.read(world);
            assertThat(heir.runs(world, job)).as("job %s is the heir's", job).isTrue();
            heir.release(world);
        }
    }

    @Property(tries = 200)
    void shouldAgreeWithThoseWhoReadAllWhenTheLogHasLostItsBeginning(
            @ForAll("moves") List<Move> moves, @ForAll int cut) {
        // Given: what is cut off is a day old, so that it had no later times than what is left
        World world = new World();
        moves.stream().filter(move -> move.what() != What.CLOCK_BACK).forEach(world::make);
        int from = world.log.isEmpty() ? 0 : Math.floorMod(cut, world.log.size());
        LeaseLog late = new LeaseLog();
        for (int i = from; i < world.log.size(); i++) {
            late.read(i, world.log.get(i).at(), world.log.get(i).lease());
        }

        // When: the trainer that holds a job for those who know all says so once more
        LeaseLog whole = world.whole;
        Instant end =
                world.log.stream().map(Written::at).max(Instant::compareTo).orElse(Instant.EPOCH);
        long offset = world.log.size();
        for (String job : JOBS) {
            if (whole.of(job) instanceof Lease.Taken taken && !taken.isOver(end)) {
                TrainingLease renewal = new TrainingLease(
                        job, taken.trainerId(), Kind.RENEW, (int) taken.ttl().toSeconds());
                whole.read(offset, end, renewal);
                late.read(offset, end, renewal);
                offset++;
            }
        }
        Instant later = end.plusSeconds(3);
        for (String job : JOBS) {
            TrainingLease claim = new TrainingLease(job, "newcomer", Kind.CLAIM, 30);
            whole.read(offset, later, claim);
            late.read(offset, later, claim);
            offset++;

            // Then
            if (!isNewcomers(whole.of(job))) {
                assertThat(isNewcomers(late.of(job)))
                        .as("%s is still held", job)
                        .isFalse();
            }
        }
    }

    private static boolean isNewcomers(Lease lease) {
        return lease instanceof Lease.Taken taken && taken.isOf("newcomer");
    }

    private static final class World {
        final List<Trainer> trainers = new ArrayList<>();
        final List<Written> log = new ArrayList<>();
        final List<Map<String, Lease>> statesAfter = new ArrayList<>();
        final LeaseLog whole = new LeaseLog();
        /** What all monotonic clocks show, but for their beginnings. */
        long nanos;
        /** How far the broker's clock is ahead of them. */
        long brokerMillis;

        long forwardLeft = FORWARD_MILLIS;
        int takeovers;

        World() {
            for (int i = 0; i < TTL_SECONDS.size(); i++) {
                trainers.add(new Trainer(i, TTL_SECONDS.get(i)));
            }
        }

        void make(Move move) {
            Trainer trainer = trainers.get(move.trainer());
            switch (move.what()) {
                case TIME_PASSES -> nanos += Duration.ofMillis(move.millis()).toNanos();
                case CLAIM -> trainer.claim(this, JOBS.get(move.job()));
                case CLAIM_PROMPTLY -> {
                    trainer.claim(this, JOBS.get(move.job()));
                    trainer.arriveAll(this);
                    trainer.read(this);
                }
                case RENEW_PROMPTLY -> {
                    trainer.renew(this);
                    trainer.arriveAll(this);
                    trainer.acknowledgeAll(this);
                }
                case WRITE -> trainer.arrive(this);
                case ACKNOWLEDGE -> trainer.acknowledge(this);
                case READ -> trainer.read(this);
                case RENEW -> trainer.renew(this);
                case RELEASE -> trainer.release(this);
                case CRASH -> trainer.crash();
                case CLOCK_BACK -> brokerMillis -= move.millis() * 3L;
                case CLOCK_FORWARD -> {
                    long forward = Math.min(forwardLeft, move.millis());
                    forwardLeft -= forward;
                    brokerMillis += forward;
                }
            }
        }

        void write(TrainingLease lease) {
            Instant at = Instant.EPOCH.plusSeconds(1_000_000).plusNanos(nanos).plusMillis(brokerMillis);
            Lease before = whole.of(lease.jobId());
            whole.read(log.size(), at, lease);
            if (before instanceof Lease.Held held
                    && whole.of(lease.jobId()) instanceof Lease.Held next
                    && !held.isOf(next.trainerId())) {
                takeovers++;
            }
            log.add(new Written(at, lease));
            statesAfter.add(Map.of("x", whole.of("x"), "y", whole.of("y")));
        }

        void requireOneHolderPerJob() {
            for (String job : JOBS) {
                assertThat(trainers.stream().filter(trainer -> trainer.runs(this, job)))
                        .as("holders of %s", job)
                        .hasSizeLessThanOrEqualTo(1);
            }
        }

        void requireThatReadersAgree() {
            for (Trainer trainer : trainers) {
                if (trainer.position > 0) {
                    JOBS.forEach(job -> assertThat(trainer.seen.of(job))
                            .isEqualTo(statesAfter.get(trainer.position - 1).get(job)));
                }
            }
        }
    }

    private static final class Trainer {
        private record Sent(TrainingLease lease, long at) {}

        private final int number;
        private final int ttlSeconds;
        private int lives;
        private String id;
        private final Deque<Sent> onTheWay = new ArrayDeque<>();
        private final Deque<Sent> unacknowledged = new ArrayDeque<>();
        private LeaseLog seen = new LeaseLog();
        private int position;
        private Optional<Sent> asked = Optional.empty();
        private Optional<Integer> askedAt = Optional.empty();
        private Optional<String> job = Optional.empty();
        private Optional<LeaseTerm> term = Optional.empty();

        Trainer(int number, int ttlSeconds) {
            this.number = number;
            this.ttlSeconds = ttlSeconds;
            this.id = number + "-0";
        }

        /** What the trainer's own monotonic clock shows. */
        private long now(World world) {
            return world.nanos + number * 7_777_777_777L;
        }

        boolean runs(World world, String which) {
            return job.filter(which::equals).isPresent()
                    && term.filter(held -> held.lasts(now(world))).isPresent();
        }

        void claim(World world, String which) {
            if (job.isEmpty() && asked.isEmpty()) {
                asked = Optional.of(send(world, which, Kind.CLAIM));
                askedAt = Optional.empty();
            }
        }

        void renew(World world) {
            job.filter(which -> runs(world, which)).ifPresent(which -> send(world, which, Kind.RENEW));
        }

        void release(World world) {
            job.ifPresent(which -> send(world, which, Kind.RELEASE));
            job = Optional.empty();
            term = Optional.empty();
        }

        /** Records that were sent may arrive all the same. */
        void crash() {
            id = number + "-" + ++lives;
            seen = new LeaseLog();
            position = 0;
            unacknowledged.clear();
            asked = Optional.empty();
            askedAt = Optional.empty();
            job = Optional.empty();
            term = Optional.empty();
        }

        void arriveAll(World world) {
            while (!onTheWay.isEmpty()) {
                arrive(world);
            }
        }

        void arrive(World world) {
            if (onTheWay.isEmpty()) {
                return;
            }
            Sent sent = onTheWay.remove();
            world.write(sent.lease());
            if (sent.lease().trainerId().equals(id)) {
                unacknowledged.add(sent);
                asked.filter(sent::equals).ifPresent(any -> askedAt = Optional.of(world.log.size()));
            }
        }

        void acknowledgeAll(World world) {
            while (!unacknowledged.isEmpty()) {
                acknowledge(world);
            }
        }

        void acknowledge(World world) {
            if (!unacknowledged.isEmpty()) {
                Sent sent = unacknowledged.remove();
                if (sent.lease().kind() == Kind.RENEW
                        && job.filter(sent.lease().jobId()::equals).isPresent()) {
                    term = term.map(held -> held.lasts(now(world)) ? held.renewed(sent.at()) : held);
                }
            }
        }

        void read(World world) {
            for (; position < world.log.size(); position++) {
                Written next = world.log.get(position);
                seen.read(position, next.at(), next.lease());
                job.filter(which -> !isMine(which)).ifPresent(lost -> {
                    job = Optional.empty();
                    term = Optional.empty();
                });
            }
            askedAt.filter(end -> position >= end).ifPresent(read -> {
                Sent claim = asked.orElseThrow();
                if (isMine(claim.lease().jobId())) {
                    job = Optional.of(claim.lease().jobId());
                    term = Optional.of(LeaseTerm.sentAt(Duration.ofSeconds(ttlSeconds), claim.at()));
                }
                asked = Optional.empty();
                askedAt = Optional.empty();
            });
        }

        private boolean isMine(String which) {
            return seen.of(which) instanceof Lease.Taken taken && taken.isOf(id);
        }

        private Sent send(World world, String which, Kind kind) {
            Sent sent = new Sent(new TrainingLease(which, id, kind, ttlSeconds), now(world));
            onTheWay.add(sent);
            return sent;
        }
    }
}
