/**
 * What a registry says about a reference: the exchange under one deadline, the reading of manifests
 * and indexes, and the digest that all of it comes down to.
 */
@NullMarked
package dev.pinnedimage.registry.manifest;

import org.jspecify.annotations.NullMarked;
