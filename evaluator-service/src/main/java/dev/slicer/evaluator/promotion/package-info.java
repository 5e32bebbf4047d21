/**
 * Whether a candidate is good enough to serve: {@code PromotionDecider} decides without Kafka and without a clock,
 * {@code PromotionLoop} reads and publishes for it, and the ledger tells over REST and in metrics where each checkpoint stands.
 * The rules by which all readers resolve what was published belong into {@code dev.slicer.promotion}.
 */
package dev.slicer.evaluator.promotion;
