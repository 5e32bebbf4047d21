/** The benchmarks by name, and how each is run. A new benchmark goes here. */
package dev.slicer.benchmarks.suite;
