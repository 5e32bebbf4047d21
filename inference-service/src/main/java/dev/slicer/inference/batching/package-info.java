/**
 * The queue before the engine: work of many callers, packed into forward passes side by side. It knows taggers and
 * sub-tokens, but neither documents' sources nor models that are exchanged, Kafka or HTTP.
 */
package dev.slicer.inference.batching;
