package dev.slicer.kafka.transactions;

import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import dev.slicer.kafka.loops.Shutdown;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.transactions.HangingTransactions.Look;
import dev.slicer.kafka.transactions.HangingTransactions.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps transactions from holding a stream up for ever. Looks a few times within a transaction's timeout whether transactions
 * hang in the partitions of the stream, and ends those of its own group as they were decided; and whether there are
 * partitions from which nothing was read for that long though they hold more, or of which the reader does not know where to read on.
 */
public final class StreamWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamWatch.class);
    private static final Duration RARELY = Duration.ofSeconds(5);
    private static final int LOOKS_PER_TIMEOUT = 6;

    /**
     * What is watched.
     *
     * @param name of the stream, in metrics and for people
     * @param group that reads, and whose offsets are in the transactions
     * @param topics that the stream reads and writes
     * @param ours transactional ids of the group, whose transactions may be ended
     * @param timeout of the group's transactions
     */
    public record Watched(
            String name, String group, Predicate<String> topics, Predicate<String> ours, Duration timeout) {

        /** A group whose transactional ids begin with its name and a hyphen. */
        public static Watched group(String name, String group, Predicate<String> topics, Duration timeout) {
            return new Watched(name, group, topics, id -> id.startsWith(group + "-"), timeout);
        }
    }

    /** The reader of what is watched. */
    public interface Reader {
        /**
         * From where it would read; on the watch's own thread.
         *
         * @throws KafkaException where it has to ask Kafka and gets no answer
         */
        Waiting waiting(Admin admin);
    }

    private record Seen(OpenTransaction open, long since) {}

    /** @param position that it stays at */
    private record Stay(OptionalLong position, long since) {}

    private final KafkaClients clients;
    private final Watched watched;
    private final Reader reader;
    private final Duration every;
    private final Thread thread;
    private final Shutdown shutdown = new Shutdown();
    private List<Seen> seen = List.of();
    private Map<TopicPartition, Stay> stays = Map.of();
    private volatile Optional<String> problem = Optional.empty();
    private volatile int left;
    private final Map<Verdict, AtomicLong> ended = new EnumMap<>(Verdict.class);

    public StreamWatch(KafkaClients clients, Watched watched, Reader reader) {
        this.clients = clients;
        this.watched = watched;
        this.reader = reader;
        Duration often = watched.timeout().dividedBy(LOOKS_PER_TIMEOUT);
        this.every = often.compareTo(RARELY) < 0 ? often : RARELY;
        this.thread = new Thread(this::run, watched.name() + "-watch");
        thread.setDaemon(true);
        for (Verdict verdict : Verdict.values()) {
            ended.put(verdict, new AtomicLong());
        }
    }

    public void start() {
        thread.start();
    }

    /** The watched stream's name. */
    public String name() {
        return watched.name();
    }

    /** How many transactions hang in partitions of the stream and were not ended. */
    public int hanging() {
        return left;
    }

    /** How many transactions that hung were ended as they were decided. */
    public long ended(Verdict verdict) {
        return ended.get(verdict).get();
    }

    /** What holds the stream up, in words for people; empty while nothing does. */
    public Optional<String> problem() {
        return problem;
    }

    /**
     * Ends what hangs of one transactional id, right after its producer's transactions were initialised: its coordinator
     * has done with all that was before. What was aborted would else become part of the next transaction that writes to
     * that partition, and be committed with it.
     *
     * @throws KafkaException where Kafka doesn't answer
     */
    public void endAllOf(String transactionalId) {
        try (Admin admin = clients.admin()) {
            HangingTransactions hanging = new HangingTransactions(admin, clients);
            Look look = hanging.open(hanging.partitions(watched.topics(), watched.group()));
            look.unseen().values().forEach(why -> {
                if (!(why instanceof AuthorizationException)) {
                    throw why;
                }
            });
            if (!look.unseen().isEmpty()) {
                LOG.warn(
                        "may not see whether transactions hang in {}",
                        look.unseen().keySet());
            }
            look.open()
                    .forEach(open -> hanging.end(open, transactionalId::equals).ifPresent(this::count));
        }
    }

    @Override
    public void close() {
        shutdown.begin();
        thread.interrupt();
    }

    private void run() {
        while (!shutdown.hasBegun()) {
            try (Admin admin = clients.admin()) {
                HangingTransactions hanging = new HangingTransactions(admin, clients);
                while (!shutdown.hasBegun()) {
                    look(admin, hanging);
                    shutdown.pause(every);
                }
            } catch (InterruptException e) {
                return;
            } catch (RetriableException e) {
                // After many tries; a reader that has nothing to write says nothing of that.
                tell(Optional.of("Kafka does not answer: " + e.getMessage()));
                shutdown.pause(every);
            } catch (RuntimeException e) {
                // Whatever it is, a watch that has ended would never say anything any more.
                LOG.warn("cannot see whether the {} stream is held up", watched.name(), e);
                shutdown.pause(every);
            }
        }
    }

    private void look(Admin admin, HangingTransactions hanging) {
        long now = System.nanoTime();
        Look look = hanging.open(hanging.partitions(watched.topics(), watched.group()));
        List<Seen> before = seen;
        seen = look.open().stream()
                .map(open -> before.stream()
                        .filter(known -> known.open().isSameAs(open))
                        .findFirst()
                        .orElseGet(() -> new Seen(open, now)))
                .toList();
        List<String> problems = new ArrayList<>();
        for (Seen old : seen) {
            if (isLong(now, old.since())) {
                hanging.end(old.open(), watched.ours()).ifPresent(outcome -> {
                    count(outcome);
                    if (outcome instanceof Outcome.Left kept && concernsUs(kept)) {
                        problems.add("a transaction hangs in " + kept.open() + ": " + kept.reason());
                    }
                });
            }
        }
        left = problems.size();
        problems.addAll(stays(admin, now, reader.waiting(admin), look));
        tell(Optional.of(String.join("; ", problems)).filter(text -> !text.isEmpty()));
    }

    private void tell(Optional<String> now) {
        if (now.isPresent() && problem.isEmpty()) {
            LOG.error("the {} stream is held up: {}", watched.name(), now.get());
        } else if (now.isEmpty() && problem.isPresent()) {
            LOG.info("the {} stream is held up no more", watched.name());
        }
        problem = now;
    }

    /** In words, the partitions at which the stream has stood for long though there is more. */
    private List<String> stays(Admin admin, long now, Waiting waiting, Look look) {
        Map<TopicPartition, OptionalLong> positions = waiting.positions();
        Map<TopicPartition, Long> ends = ends(admin, positions.keySet());
        Map<TopicPartition, Stay> before = stays;
        Map<TopicPartition, Stay> after = new HashMap<>();
        List<String> told = new ArrayList<>();
        positions.forEach((partition, position) -> {
            long end = ends.get(partition);
            if (position.isEmpty() || position.getAsLong() < end) {
                Stay stay = Optional.ofNullable(before.get(partition))
                        .filter(known -> known.position().equals(position))
                        .orElseGet(() -> new Stay(position, waiting.at()));
                after.put(partition, stay);
                if (isLong(waiting.at(), stay.since())) {
                    long seconds = Duration.ofNanos(waiting.at() - stay.since()).toSeconds();
                    told.add((position.isEmpty()
                                    ? partition + ": for " + seconds + " s Kafka has not told where to read on"
                                    : partition + ": nothing was read for " + seconds + " s from offset "
                                            + position.getAsLong() + " on, though it ends at " + end)
                            + cause(partition, now, look));
                }
            }
        });
        stays = after;
        return told;
    }

    private static Map<TopicPartition, Long> ends(Admin admin, Set<TopicPartition> partitions) {
        ListOffsetsResult ends = admin.listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest())),
                // Readers of committed records take the first open transaction for the end.
                new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED));
        return partitions.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        partition -> Answers.of(ends.partitionResult(partition)).offset()));
    }

    /** What is open there, or where the group's offsets are. */
    private String cause(TopicPartition partition, long now, Look look) {
        Predicate<TopicPartition> there = place -> place.equals(partition) || HangingTransactions.holdsOffsets(place);
        return Stream.concat(
                        seen.stream()
                                .filter(old -> there.test(old.open().partition()) && isLong(now, old.since()))
                                .map(old -> "; a transaction is open in " + old.open()),
                        look.unseen().entrySet().stream()
                                .filter(unseen -> there.test(unseen.getKey()))
                                .map(unseen -> "; whether a transaction is open in " + unseen.getKey()
                                        + " cannot be seen: "
                                        + unseen.getValue().getMessage()))
                .collect(Collectors.joining());
    }

    /** The offsets of other groups are in the same partitions as ours, which does not hold us up. */
    private static boolean concernsUs(Outcome.Left left) {
        return left.ours() || !HangingTransactions.holdsOffsets(left.open().partition());
    }

    private boolean isLong(long now, long since) {
        return now - since >= watched.timeout().toNanos();
    }

    private void count(Outcome outcome) {
        if (outcome instanceof Outcome.Ended one) {
            ended.get(one.verdict()).incrementAndGet();
        }
    }
}
