/** {@code make demo}: the story of the incident, told by the real parts. */
package dev.pinnedimage.demo;
