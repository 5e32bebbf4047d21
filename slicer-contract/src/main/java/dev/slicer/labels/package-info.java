/**
 * Entity types and the schemes that mark them word by word, and spans. Knows texts only by their words' order.
 */
package dev.slicer.labels;
