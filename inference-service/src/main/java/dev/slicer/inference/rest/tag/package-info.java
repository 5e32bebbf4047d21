/**
 * POST /v1/tag with JSON: requests, answers and their description.
 */
package dev.slicer.inference.rest.tag;
