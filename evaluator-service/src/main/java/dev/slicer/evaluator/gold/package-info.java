/**
 * What is right and wrong in one document: labelled documents as they can be scored against, answers brought to their words,
 * and the counts of each scoring. Everything here can be computed without Kafka, CDI, metrics and a clock; what joins
 * documents and answers belongs into {@code join}, what adds documents up into {@code scores}.
 */
package dev.slicer.evaluator.gold;
