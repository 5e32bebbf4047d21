/**
 * The settings that all services share, and the beans that are made of them. Settings of one service belong
 * to that service, those of the engine to engine-support.
 */
package dev.slicer.service.config;
