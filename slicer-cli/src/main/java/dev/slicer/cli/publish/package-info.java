/**
 * slicer publish: sends labelled sentences to their topic, where the running services tag and score them. No model is
 * loaded here and nothing is scored.
 */
package dev.slicer.cli.publish;
