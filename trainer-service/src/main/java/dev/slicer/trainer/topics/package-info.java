/**
 * What the trainer writes to its topics, and how large it may be. Reading is elsewhere.
 */
package dev.slicer.trainer.topics;
