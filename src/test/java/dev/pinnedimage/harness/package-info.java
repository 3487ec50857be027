/**
 * The real things that the integration tests and the demo run against, all on loopback: a control
 * plane (etcd, kube-apiserver, controller-manager, scheduler, fake nodes by kwok), the CNCF
 * distribution registry with test images, the operator as a process of its own, and the appliers
 * that people use: kubectl, Helm, Flux.
 *
 * <p>May import the JDK, fabric8, Jackson, JUnit and {@code dev.pinnedimage.image}: never the
 * operator's other packages, so that a test sees what a user sees.
 */
@NullMarked
package dev.pinnedimage.harness;

import org.jspecify.annotations.NullMarked;
