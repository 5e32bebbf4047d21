package dev.slicer.evaluator;

import dev.slicer.evaluator.totals.ScoreAggregation;
import dev.slicer.evaluator.totals.UnreadableStoreException;
import dev.slicer.events.Topics;
import dev.slicer.text.WithoutMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/**
 * What becomes of the stream where a thread of it fails. What the thread had not committed is read again by the one that takes
 * its place; where that one would fail as well, the stream ends and it is said what people can do.
 */
final class StreamFailures implements StreamsUncaughtExceptionHandler {
    private static final Logger LOG = Logger.getLogger(StreamFailures.class);

    private final EvaluationTopics own;
    private final Topics topics;
    private final String group;
    private final Optional<String> member;
    private volatile Optional<String> end = Optional.empty();

    /** @param member the name under which Kafka knows this instance */
    StreamFailures(EvaluationTopics own, Topics topics, String group, Optional<String> member) {
        this.own = own;
        this.topics = topics;
        this.group = group;
        this.member = member;
    }

    @Override
    public StreamThreadExceptionResponse handle(Throwable problem) {
        if (own.failure().isPresent()) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Optional<String> lasting = fenced(problem).or(() -> unreadable(problem));
        if (lasting.isPresent()) {
            LOG.errorf(WithoutMessage.of(problem), "the join ends: %s", lasting.get());
            end = lasting;
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.error("a thread of the join failed and is replaced", WithoutMessage.of(problem));
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** Two of one name would take the partitions from one another for ever; a restart would do the same. */
    private Optional<String> fenced(Throwable problem) {
        return cause(problem, FencedInstanceIdException.class)
                .map(fenced -> "another evaluator has this one's slicer.evaluator.member, " + member.orElse("none")
                        + ", and its partitions; give each one of its own and start this one again");
    }

    private Optional<String> unreadable(Throwable problem) {
        List<String> made = new ArrayList<>(ScoreAggregation.ownTopics(group));
        made.add(topics.scoreTotals());
        return cause(problem, UnreadableStoreException.class)
                .map(unreadable -> unreadable.getMessage()
                        + ". Run the version of the evaluator that has written it. Or have all scores that are kept added up "
                        + "anew: stop all evaluators, delete their topics " + String.join(", ", made)
                        + " and their slicer.evaluator.state-folder, and start them again");
    }

    private static <T extends Throwable> Optional<T> cause(Throwable problem, Class<T> type) {
        return Stream.iterate(problem, Objects::nonNull, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /** Why the stream has ended, where a restart alone would not help. */
    Optional<String> end() {
        return end;
    }
}
