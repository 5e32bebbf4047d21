package dev.slicer.inference.tagging;

import dev.slicer.text.TaggedDocument;
import java.time.Duration;
import java.util.List;

/**
 * Documents that were tagged together.
 *
 * @param documents in the order of the requests
 * @param queued time until the model began with them
 * @param computed time from then until the model was done with the last of them
 */
public record TaggingResult(List<TaggedDocument> documents, String modelId, Duration queued, Duration computed) {}
