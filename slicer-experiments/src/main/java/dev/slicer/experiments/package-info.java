/**
 * Models scored on benchmarks, the log of scores, reports, and the one interface to the engine. It knows
 * nothing of jobs, their states or their folders, and draws through {@code dev.slicer.charts}.
 */
package dev.slicer.experiments;
