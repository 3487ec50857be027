/** What is measured and not merely tested: each main ends by itself and fails beyond its bound. */
package dev.pinnedimage.bench;
