/**
 * Ties the evaluator's parts together: settings, what CDI produces, the start and stop of the loops, and health. What the
 * evaluator computes or decides belongs into one of the packages below; nothing of them depends on this one.
 */
package dev.slicer.evaluator;
