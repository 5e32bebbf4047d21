/**
 * Which checkpoint is promoted, as a fold over events that every service computes alike. No clock and no broker.
 */
package dev.slicer.promotion;
