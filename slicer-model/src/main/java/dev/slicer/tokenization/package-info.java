/**
 * Words to sub-tokens and back, with the tokenizer files of HuggingFace. Where words begin and end is decided in {@code
 * dev.slicer.segmentation}.
 */
package dev.slicer.tokenization;
