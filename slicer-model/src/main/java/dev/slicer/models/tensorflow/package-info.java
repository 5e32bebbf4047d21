/**
 * TensorFlow's published BERT read and written as safetensors: LevelDB tables, protocol buffers, weights by name.
 * Reads data only.
 */
package dev.slicer.models.tensorflow;
