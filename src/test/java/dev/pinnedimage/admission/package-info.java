/**
 * The admission policy by itself, on a real API server and without an operator: the tests write the
 * statuses that it reads.
 */
package dev.pinnedimage.admission;
