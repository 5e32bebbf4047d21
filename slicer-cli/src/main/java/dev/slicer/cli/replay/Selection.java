package dev.slicer.cli.replay;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which letters to feed back.
 *
 * @param reasons of the letters; all when empty
 * @param topics that the letters came from; all when empty
 * @param since earliest time at which a record became a dead letter
 * @param until the time before which it did
 * @param limit most letters of one run
 */
record Selection(
        Set<String> reasons, Set<String> topics, Optional<Instant> since, Optional<Instant> until, long limit) {
    Selection {
        reasons = Set.copyOf(reasons);
        topics = Set.copyOf(topics);
    }

    boolean includes(Letter letter) {
        return (reasons.isEmpty() || reasons.contains(letter.was().reason()))
                && (topics.isEmpty() || topics.contains(letter.was().topic()))
                && since.map(from -> !letter.time().isBefore(from)).orElse(true)
                && until.map(end -> letter.time().isBefore(end)).orElse(true);
    }
}
