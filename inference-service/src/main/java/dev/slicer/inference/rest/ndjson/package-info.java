/**
 * POST /v1/tag with a document on each line, answered while it is read. Lines mean what JSON bodies mean in tag.
 */
package dev.slicer.inference.rest.ndjson;
