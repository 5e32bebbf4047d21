/**
 * A training job from its request to its published checkpoint: its states, its steps, its folders, and what its
 * manifest says. No Kafka and no HTTP: who asked, and who follows the job, is behind {@code JobContext}. Models are reached
 * through {@code dev.slicer.experiments.Engine} alone.
 */
package dev.slicer.jobs;
