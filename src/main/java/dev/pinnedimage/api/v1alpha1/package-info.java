/**
 * The custom resource {@code PinnedImage}: records, enums, conditions and reasons. The CRD in
 * {@code crds/} is generated from here.
 *
 * <p>May import the JDK, Jackson and the fabric8 model. Records ignore unknown fields, and enums
 * are kept as text, so that an operator that was rolled back still reads what a newer one wrote.
 */
@NullMarked
package dev.pinnedimage.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
