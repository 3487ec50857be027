package dev.pinnedimage.workload;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A DaemonSet, as far as it is read. */
@Group("apps")
@Version("v1")
@Kind("DaemonSet")
@Singular("daemonset")
@Plural("daemonsets")
public final class DaemonSetObject extends TemplatedObject {
  private static final long serialVersionUID = 1L;
}
