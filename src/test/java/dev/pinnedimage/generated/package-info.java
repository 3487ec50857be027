/**
 * The files that are derived from the code and committed all the same, so that they can be read and
 * applied without a build: written by {@code make generate}, held to the code by a test.
 */
package dev.pinnedimage.generated;
