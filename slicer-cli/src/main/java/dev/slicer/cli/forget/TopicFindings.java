package dev.slicer.cli.forget;

import java.time.Instant;
import java.util.Optional;

/**
 * What a topic has of the documents; also a line of the command's JSON.
 *
 * @param holds {@code text}, or {@code counts} where there are ids and counts alone
 * @param records with something of them
 * @param keptUntil at the latest; absent where nothing says
 */
record TopicFindings(String topic, String holds, long records, Optional<Instant> keptUntil, String why) {}
