/**
 * What the scores of all documents come to by benchmark, model and language, as every instance reads it from its topic, as a
 * report over REST and as gauges. Nothing here depends on how it was added up, so that all instances show the same.
 */
package dev.slicer.evaluator.scores;
