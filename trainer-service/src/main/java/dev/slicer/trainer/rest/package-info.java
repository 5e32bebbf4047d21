/**
 * Jobs and sweeps over HTTP. It shows what the board knows and asks the intake; it decides nothing.
 */
package dev.slicer.trainer.rest;
