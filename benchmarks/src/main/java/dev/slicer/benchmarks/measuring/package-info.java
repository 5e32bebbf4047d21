/** What was measured and how it is told: figures, memory, growth, progress. Knows no subject and no server. */
package dev.slicer.benchmarks.measuring;
