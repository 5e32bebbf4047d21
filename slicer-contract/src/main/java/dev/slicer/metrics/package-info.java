/**
 * What is counted and how F1 comes of it: spans, sub-tokens, languages, comparisons. The three scorings have their one
 * meaning here. Statistics that one service alone needs are in that service.
 */
package dev.slicer.metrics;
