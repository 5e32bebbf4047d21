/**
 * Who asks, and whether they may: keys or tokens, roles, and what is written down of it. Resources name the roles that they
 * need by annotation; all else is closed but for what {@code Doors} names.
 */
package dev.slicer.service.security;
