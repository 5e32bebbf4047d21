package dev.slicer.cli.replay;

import java.time.Instant;

/**
 * A letter that a run chose; also a line of a dry run's JSON.
 *
 * @param place topic, partition and offset of the dead letter
 * @param at when it became one
 * @param topic that it goes back to
 * @param key as text, empty when the letter has none
 * @param attempt 1 where it is fed back for the first time
 */
record FoundLetter(String place, Instant at, String reason, String topic, String key, int attempt, String cause) {
    static FoundLetter of(Letter letter) {
        return new FoundLetter(
                letter.place(),
                letter.time(),
                letter.was().reason(),
                letter.was().topic(),
                letter.key(),
                letter.attempts() + 1,
                letter.was().cause());
    }
}
