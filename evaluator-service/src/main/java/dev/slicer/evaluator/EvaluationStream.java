package dev.slicer.evaluator;

import dev.slicer.events.Topics;
import dev.slicer.kafka.reading.Waiting;
import dev.slicer.kafka.transactions.StreamWatch.Watched;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;

/** What there is to see of the running stream; instances of one group share the partitions. */
record EvaluationStream(
        KafkaStreams streams, Topics topics, String group, EvaluationTopics own, StreamFailures failures) {
    /** As Kafka Streams has it by default: it commits several times a second. */
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration CLOSE = Duration.ofSeconds(10);

    /** What there is to watch of it: all topics of its transactions, those that Kafka Streams makes included. */
    Watched watched() {
        Set<String> named = Set.of(
                topics.labelledDocuments(),
                topics.goldDocuments(),
                topics.entities(),
                topics.documents(),
                topics.trialAnswers(),
                topics.scores(),
                topics.scoreTotals(),
                topics.deadLetters());
        String ownPrefix = group + "-";
        return Watched.group(
                "evaluation",
                group,
                topic -> named.contains(topic) || topic.startsWith(ownPrefix),
                TRANSACTION_TIMEOUT);
    }

    /** From where the group's instances would read on. */
    Waiting waiting(Admin admin) {
        return streams.state().hasStartedOrFinishedShuttingDown() || streams.state() == KafkaStreams.State.CREATED
                ? Waiting.nowhere()
                : Waiting.ofGroup(
                        admin,
                        group,
                        Set.of(topics.labelledDocuments(), topics.goldDocuments(), topics.entities(), topics.scores()));
    }

    /** Whether it reads; not while partitions are given out anew. */
    boolean isRunning() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** Why it has ended, other than by a shutdown, or does not begin, where a restart may help. */
    Optional<String> failure() {
        return own.failure()
                .or(() -> streams.state() == KafkaStreams.State.ERROR
                                && failures.end().isEmpty()
                        ? Optional.of("the join has ended")
                        : Optional.empty());
    }

    /** Why it has ended, where people have to do something first. */
    Optional<String> problem() {
        return failures.end();
    }

    /** Waits for what is under way no longer than a stop may take, which Kafka Streams would by itself. */
    void close() {
        own.close();
        streams.close(CLOSE);
    }
}
