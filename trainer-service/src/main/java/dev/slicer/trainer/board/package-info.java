/**
 * All jobs as the topics tell of them, whichever trainer runs them. It writes nothing and decides nothing
 * about jobs.
 */
package dev.slicer.trainer.board;
