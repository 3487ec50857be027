/**
 * The operator as users run it, on a real API server and a real registry, with the rights of {@code
 * deploy/install.yaml}.
 */
package dev.pinnedimage.it;
