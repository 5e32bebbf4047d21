/**
 * The entry of {@code benchmarks/run}.
 */
package dev.slicer.benchmarks;
