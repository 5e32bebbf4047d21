package dev.slicer.kafka.transactions;

import dev.slicer.kafka.clients.Answers;
import dev.slicer.kafka.clients.KafkaClients;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions that a partition takes for open though their coordinator has done with them (KIP-664). A coordinator of
 * Kafka 4.3 leaves them behind when a broker dies between a transaction's decision and its markers and comes back: while
 * partitions have no leader it takes them for deleted (KAFKA-20734). Readers of committed records wait behind them for
 * ever, and so does a group whose offsets are in them.
 */
final class HangingTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);
    private static final String OFFSETS = "__consumer_offsets";

    /** What became of a transaction that hangs. */
    sealed interface Outcome {
        record Ended(OpenTransaction open, Verdict verdict) implements Outcome {}

        /**
         * @param ours whether it is one that may be ended
         * @param reason why it was not ended
         */
        record Left(OpenTransaction open, boolean ours, String reason) implements Outcome {}
    }

    /** @param unseen partitions whose producers may not, or cannot now, be seen */
    record Look(List<OpenTransaction> open, Map<TopicPartition, KafkaException> unseen) {}

    private final Admin admin;
    private final TransactionLog log;
    private final MarkerWriter markers;

    HangingTransactions(Admin admin, KafkaClients clients) {
        this.admin = admin;
        this.log = new TransactionLog(clients);
        this.markers = new MarkerWriter(clients.common());
    }

    /**
     * The partitions in which a group's work leaves transactions.
     *
     * @param topics that it writes and reads; those that do not exist are left out
     * @param group whose offsets are in a partition of their own
     */
    Set<TopicPartition> partitions(Predicate<String> topics, String group) {
        Set<String> names =
                Answers.of(admin.listTopics().names()).stream().filter(topics).collect(Collectors.toSet());
        Set<TopicPartition> partitions = describe(names).values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .collect(Collectors.toSet());
        // An internal topic, which may not be there yet or not be seen.
        Optional.ofNullable(describe(Set.of(OFFSETS)).get(OFFSETS))
                .ifPresent(topic -> partitions.add(new TopicPartition(
                        OFFSETS,
                        Utils.abs(group.hashCode()) % topic.partitions().size())));
        return partitions;
    }

    private Map<String, TopicDescription> describe(Collection<String> names) {
        Map<String, TopicDescription> described = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((name, topic) -> {
            try {
                described.put(name, Answers.of(topic));
            } catch (UnknownTopicOrPartitionException | AuthorizationException e) {
                LOG.debug("{} is not watched: {}", name, e.getMessage());
            }
        });
        return described;
    }

    /** Transactions that are open. */
    Look open(Set<TopicPartition> partitions) {
        List<OpenTransaction> open = new ArrayList<>();
        Map<TopicPartition, KafkaException> unseen = new HashMap<>();
        DescribeProducersResult described = admin.describeProducers(partitions);
        for (TopicPartition partition : partitions) {
            try {
                PartitionProducerState state = Answers.of(described.partitionResult(partition));
                state.activeProducers().stream()
                        .filter(producer ->
                                producer.currentTransactionStartOffset().isPresent())
                        .forEach(producer -> open.add(OpenTransaction.of(partition, producer)));
            } catch (UnknownTopicOrPartitionException e) {
                LOG.debug("{} was deleted", partition);
            } catch (ApiException e) {
                unseen.put(partition, e);
            }
        }
        return new Look(List.copyOf(open), Map.copyOf(unseen));
    }

    /**
     * Ends an open transaction as it was decided, if it hangs.
     *
     * @param ours transactional ids whose transactions may be ended
     * @return empty where it doesn't hang: its coordinator will end it, or has
     */
    Optional<Outcome> end(OpenTransaction open, Predicate<String> ours) {
        Optional<String> id = transactionalId(open.producerId());
        if (id.isPresent() && isUnderWay(id.get(), open)) {
            return Optional.empty();
        }
        // Only now that the coordinator has nothing to do any more does it mean something that it is open.
        if (open(Set.of(open.partition())).open().stream().noneMatch(open::isSameAs)) {
            return Optional.empty();
        }
        if (id.isEmpty()) {
            return Optional.of(
                    new Outcome.Left(open, false, "no transactional id of this producer is known or may be seen"));
        }
        if (!ours.test(id.get())) {
            return Optional.of(
                    new Outcome.Left(open, false, "its transactional id, " + id.get() + ", is none of this group"));
        }
        return Optional.of(end(open, id.get()));
    }

    private Outcome end(OpenTransaction open, String id) {
        try {
            Optional<Verdict> verdict = Verdict.of(open, log.of(id, open.lastWritten()));
            if (verdict.isEmpty()) {
                return new Outcome.Left(open, true, "nothing tells any more whether " + id + " committed it or not");
            }
            markers.write(leader(open.partition()), open, verdict.get());
            LOG.warn(
                    "The transaction of {} hung in {} and was ended here: {}, as its coordinator had decided",
                    id,
                    open,
                    verdict.get() == Verdict.COMMITTED ? "committed" : "aborted");
            return new Outcome.Ended(open, verdict.get());
        } catch (AuthorizationException e) {
            return new Outcome.Left(
                    open, true, "it is of " + id + ", and this service may not end it: " + e.getMessage());
        } catch (ApiException | UncheckedIOException e) {
            return new Outcome.Left(open, true, "it is of " + id + ", and could not be ended yet: " + e.getMessage());
        }
    }

    private Optional<String> transactionalId(long producerId) {
        Optional<KafkaException> failure = Optional.empty();
        for (KafkaFuture<Collection<TransactionListing>> broker : Answers.of(
                        admin.listTransactions(new ListTransactionsOptions().filterProducerIds(Set.of(producerId)))
                                .byBrokerId())
                .values()) {
            try {
                Optional<String> id = Answers.of(broker).stream()
                        .map(TransactionListing::transactionalId)
                        .findFirst();
                if (id.isPresent()) {
                    return id;
                }
            } catch (ApiException e) {
                // One that is away is the coordinator of nothing for long.
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return Optional.empty();
    }

    private boolean isUnderWay(String id, OpenTransaction open) {
        try {
            TransactionDescription described =
                    Answers.of(admin.describeTransactions(Set.of(id)).description(id));
            return switch (described.state()) {
                // What the coordinator still knows of that partition it will end there, older records included.
                case ONGOING, PREPARE_ABORT, PREPARE_COMMIT, PREPARE_EPOCH_FENCE ->
                    described.topicPartitions().contains(open.partition());
                case EMPTY, COMPLETE_ABORT, COMPLETE_COMMIT -> false;
                case UNKNOWN -> true;
            };
        } catch (TransactionalIdNotFoundException e) {
            return false;
        }
    }

    private Node leader(TopicPartition partition) {
        Node leader = Answers.of(admin.describeTopics(Set.of(partition.topic()))
                        .topicNameValues()
                        .get(partition.topic()))
                .partitions()
                .get(partition.partition())
                .leader();
        if (leader == null) {
            throw new LeaderNotAvailableException(partition + " has no leader");
        }
        return leader;
    }

    /** Whether a partition is one of committed offsets. */
    static boolean holdsOffsets(TopicPartition partition) {
        return partition.topic().equals(OFFSETS);
    }
}
