/**
 * Puts a trainer together from its settings, starts it and stops it, and tells its health. What a trainer
 * does is in the packages below.
 */
package dev.slicer.trainer;
