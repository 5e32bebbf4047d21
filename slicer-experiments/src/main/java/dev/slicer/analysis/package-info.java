/**
 * Measurements of what a model does inside, such as the attention that tokens put on themselves. No scores and no
 * jobs.
 */
package dev.slicer.analysis;
