/**
 * What all protocols over HTTP share: documents, options and limits of requests, tagging for a caller who may go away,
 * names of models. Each protocol has a package of its own below, none of which knows another; no Kafka here.
 */
package dev.slicer.inference.rest;
