package dev.slicer.inference.stream;

import java.time.Duration;
import java.util.List;

/**
 * Records that become one transaction, with what is written for them.
 *
 * @param outcomes of the records, one for one, in their order
 * @param computed time spent in the model
 */
public record AnsweredBatch(List<Outcome> outcomes, Duration computed) {}
