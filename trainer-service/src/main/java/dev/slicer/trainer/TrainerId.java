package dev.slicer.trainer;

import java.util.Optional;
import java.util.UUID;

/**
 * The name of a trainer, which no other process has: in statuses and in the paths of its files.
 *
 * @param text letters, digits, dots and hyphens
 */
record TrainerId(String text) {
    /** Tells people the machine; the rest makes it another one after each start. */
    static TrainerId next() {
        String host = Optional.ofNullable(System.getenv("HOSTNAME"))
                .filter(name -> !name.isBlank())
                .map(name -> name.replaceAll("[^A-Za-z0-9.-]", "-"))
                .orElse("trainer");
        return new TrainerId(host + "-" + UUID.randomUUID().toString().substring(0, 8));
    }
}
