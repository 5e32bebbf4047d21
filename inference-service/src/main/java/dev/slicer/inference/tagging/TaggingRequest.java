package dev.slicer.inference.tagging;

import dev.slicer.tagging.TaggingOptions;
import dev.slicer.text.Document;

/** A document and what is wanted of it. */
public record TaggingRequest(Document document, TaggingOptions options) {}
