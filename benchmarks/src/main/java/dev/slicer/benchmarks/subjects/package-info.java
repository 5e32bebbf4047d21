/** Processes that are measured by the seconds of their runs: the engine alone, and peers in Python that follow the same protocol on standard input and output. */
package dev.slicer.benchmarks.subjects;
