/**
 * What people see of the service while it works: totals, throughput and a sample of the documents, second by second.
 * Stream and rest report to AnsweredDocuments what they have answered; nothing here may hold them up.
 */
package dev.slicer.inference.live;
