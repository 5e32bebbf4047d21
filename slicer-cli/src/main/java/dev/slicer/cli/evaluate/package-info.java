/**
 * slicer evaluate and slicer evaluate-run: score models on this machine, print the scores and add them to a results
 * file. Scoring by the running services begins in publish; tables over many results are in report.
 */
package dev.slicer.cli.evaluate;
