/**
 * What the documents of users are like lately and before, in histograms, and how far the two are apart. Labelled documents
 * are left out; what models get right and wrong belongs into {@code scores}.
 */
package dev.slicer.evaluator.drift;
