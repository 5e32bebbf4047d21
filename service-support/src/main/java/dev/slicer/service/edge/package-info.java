/**
 * What meets a request before anybody looks at what it asks for: headers of every answer, requests that other sites make
 * browsers send, limits for each client, and TLS. Who may ask for what is the business of security.
 */
package dev.slicer.service.edge;
