package dev.pinnedimage.workload;

import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** A StatefulSet, as far as it is read. */
@Group("apps")
@Version("v1")
@Kind("StatefulSet")
@Singular("statefulset")
@Plural("statefulsets")
public final class StatefulSetObject extends TemplatedObject {
  private static final long serialVersionUID = 1L;
}
