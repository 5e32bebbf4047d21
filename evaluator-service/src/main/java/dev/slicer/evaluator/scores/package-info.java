/**
 * The scores of all documents as every instance reads them from their topic, added up by benchmark, model and language, with
 * confidence intervals, as a report over REST and as gauges. Nothing here depends on the join, so that all instances show the
 * same.
 */
package dev.slicer.evaluator.scores;
