/**
 * From a model's scores to valid tags: windows over long texts, Viterbi, confidence. Plain arithmetic on arrays, without
 * the engine.
 */
package dev.slicer.decoding;
