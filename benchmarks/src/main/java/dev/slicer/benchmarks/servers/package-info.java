/** Servers that are measured while they answer, Slicer's and peers', and the load that is put on them. */
package dev.slicer.benchmarks.servers;
