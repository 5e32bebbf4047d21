/**
 * A tokenizer's files as transformers reads them, whichever of them there are. Tokenizing is done in tokenization.
 */
package dev.slicer.checkpoint.tokenizer;
