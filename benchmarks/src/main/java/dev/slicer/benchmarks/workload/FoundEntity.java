package dev.slicer.benchmarks.workload;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * An entity that a subject found in a text; as JSON an array of the three.
 *
 * @param start first code point
 * @param end one past the last code point
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"type", "start", "end"})
public record FoundEntity(String type, int start, int end) {}
