/**
 * Requests and answers in the shape of HuggingFace's token-classification pipeline.
 */
package dev.slicer.inference.rest.huggingface;
