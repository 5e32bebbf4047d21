/**
 * From texts to entities: tokenized, queued, computed and decoded, for requests and streams alike. Where documents come
 * from and where entities go to is the business of stream and rest; no Kafka and no HTTP here.
 */
package dev.slicer.inference.tagging;
