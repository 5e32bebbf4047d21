package dev.slicer.cli.replay;

/**
 * What a run did, or would do; also its JSON.
 *
 * @param chosen letters that were fed back
 * @param passedOver letters that wait for a run with another selection
 * @param homeless letters that no run feeds back: they do not name one of the topics that Slicer reads
 */
public record ReplayOutcome(long chosen, long passedOver, long homeless) {}
