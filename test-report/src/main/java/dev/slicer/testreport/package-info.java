/**
 * The last line of the build: how many tests were skipped, and what they need.
 */
package dev.slicer.testreport;
