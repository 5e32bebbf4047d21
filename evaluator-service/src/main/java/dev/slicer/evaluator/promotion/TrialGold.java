package dev.slicer.evaluator.promotion;

import dev.slicer.evaluator.gold.GoldDocument;
import java.time.Instant;

/**
 * A labelled document that checkpoints are compared on.
 *
 * @param scoresFrom earlier scores are of other labels, or count no more
 */
record TrialGold(GoldDocument document, Instant scoresFrom) {}
