package dev.slicer.service.config;

import dev.slicer.events.envelope.LetterContent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What becomes of records that cannot be used. */
@ConfigMapping(prefix = "slicer.dead-letters")
interface DeadLettersConfig {
    /**
     * What a dead letter has of its record: {@code whole}; {@code head}, its key, headers and the first 256 bytes of its value; or
     * {@code hash}, nothing but the value's size and SHA-256. What is not whole can be replayed as long as the record's own topic
     * keeps it.
     */
    @WithDefault("whole")
    LetterContent content();
}
