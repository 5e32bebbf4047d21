/** What subjects and servers are given, and what came back. Knows neither how they are started nor what is made of it. */
package dev.slicer.benchmarks.workload;
